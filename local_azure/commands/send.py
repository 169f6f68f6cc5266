"""Send events from JSON files to the running local Azure: to the topic of its Event Grid, or straight to the function.

A file holds one event or a list of them, in the Event Grid schema or as CloudEvents. The topic checks events as Azure's
does, and delivers what it takes again and again until the function succeeds. With `--to function` the files go to the
function's webhook as they are, so that one can see what host and function make of bad input.
"""
import argparse
from pathlib import Path

import httpx
from rich.console import Console

from ..endpoints import Endpoints
from ..functions_host.routes import read_reason
from .connecting import connected
from .event_files import parse_json, read_bytes
from .posting import Batch, post
from .saying import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a JSON file with one event or a list")
    parser.add_argument("--to", choices=("topic", "function"), default="topic",
                        help="publish to Event Grid, or call the function as Event Grid would (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    bodies = [(file, read_bytes(file)) for file in arguments.files]
    console = Console(highlight=False)
    with connected(arguments.folder) as (endpoints, client):
        if arguments.to == "function":
            return max([_call_function(client, endpoints, file, body, console) for file, body in bodies])
        return post([_prepare(file, body) for file, body in bodies], endpoints, client, console, arguments.folder)


def _call_function(client: httpx.Client, endpoints: Endpoints, file: Path, body: bytes, console: Console) -> int:
    response = client.post(endpoints.webhook_url, content=body, headers={
        "aeg-event-type": "Notification", "Content-Type": "application/json"})
    reason = read_reason(response.headers) or response.text  # another host than the own one keeps the reason to its log
    if not response.is_success and not response.content:
        reason = "nothing: the host hands over events that are JSON objects, and this file holds none"
    say(console, f"{file}: the function answered {response.status_code} {reason}".rstrip())
    return 0 if response.is_success else 1


def _prepare(file: Path, body: bytes) -> Batch:
    found = parse_json(file, body)
    return Batch(str(file), found if isinstance(found, list) else [found])
