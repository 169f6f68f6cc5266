"""Send events from JSON files to the running local Azure: to the topic of its Event Grid, or straight to the function.

A file holds one event or a list of them, in the Event Grid schema or as CloudEvents. The topic checks events as Azure's
does, and delivers what it takes again and again until the function succeeds. With `--to function` the files go to the
function's webhook as they are, so that one can see what it makes of bad input.
"""
import argparse
import json
import time
from pathlib import Path

import httpx
from rich.console import Console

from ..certificates import trust
from ..cloud import LOG_FILE
from ..endpoints import Endpoints, NotRunningError
from .failure import CommandError

_TIMEOUT_SECONDS = 60
_SETTLED_SECONDS = 15
_POLL_SECONDS = 0.1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a JSON file with one event or a list")
    parser.add_argument("--to", choices=("topic", "function"), default="topic",
                        help="publish to Event Grid, or call the function as Event Grid would (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    try:
        endpoints = Endpoints.load(arguments.folder)
    except NotRunningError as exc:
        raise CommandError(str(exc)) from exc
    bodies = [(file, _read(file)) for file in arguments.files]
    console = Console(highlight=False)
    with httpx.Client(verify=trust(Path(endpoints.certificate_authority)), timeout=_TIMEOUT_SECONDS,
                      trust_env=False) as client:
        try:
            if arguments.to == "function":
                return max([_call_function(client, endpoints, file, body, console) for file, body in bodies])
            return _publish(client, endpoints, bodies, console, arguments.folder)
        except httpx.HTTPError as exc:
            raise CommandError(f"the local Azure does not answer ({type(exc).__name__}): is `make up` still running?"
                               ) from exc


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as exc:
        raise CommandError(f"{file} cannot be read: {exc.strerror}") from exc


def _call_function(client: httpx.Client, endpoints: Endpoints, file: Path, body: bytes, console: Console) -> int:
    response = client.post(endpoints.webhook_url, content=body, headers={
        "aeg-event-type": "Notification", "Content-Type": "application/json"})
    console.print(f"{file}: the function answered {response.status_code} {response.text}".rstrip(), soft_wrap=True,
                  markup=False)
    return 0 if response.is_success else 1


def _publish(client: httpx.Client, endpoints: Endpoints, bodies: list[tuple[Path, bytes]], console: Console,
             folder: Path) -> int:
    prepared = [(file, *_prepare(file, body)) for file, body in bodies]
    before = _counters(client, endpoints)
    for file, events, content_type in prepared:
        response = client.post(endpoints.topic_url, json=events, headers={
            "aeg-sas-key": endpoints.topic_key, "Content-Type": content_type})
        if not response.is_success:
            raise CommandError(f"{file}: the topic refuses it: {response.json()['error']['message']} "
                               "To give it to the function as it is, use --to function.")
        console.print(f"{file}: published {len(events)}", soft_wrap=True, markup=False)
    with console.status("waiting for the deliveries …"):
        after = _wait_until_settled(client, endpoints)
    changes = {name: after[name] - before[name] for name in ("delivered", "dead_lettered", "dropped")}
    console.print(", ".join(f"{name} {count}" for name, count in {**changes, "pending": after["pending"]}.items()))
    if changes["dead_lettered"] or changes["dropped"] or after["pending"]:
        console.print(f"the function's log says why: {folder / LOG_FILE}", soft_wrap=True, markup=False)
        return 1
    return 0


def _prepare(file: Path, body: bytes) -> tuple[list, str]:
    """The file's events as a list, and the content type that says which schema they are in."""
    try:
        found = json.loads(body)
    except ValueError as exc:
        raise CommandError(f"{file} is not JSON: {exc}") from exc
    events = found if isinstance(found, list) else [found]
    are_cloud_events = any(isinstance(event, dict) and "specversion" in event for event in events)
    return events, "application/cloudevents-batch+json" if are_cloud_events else "application/json"


def _wait_until_settled(client: httpx.Client, endpoints: Endpoints) -> dict[str, int]:
    deadline = time.monotonic() + _SETTLED_SECONDS
    while (found := _counters(client, endpoints))["pending"] and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return found


def _counters(client: httpx.Client, endpoints: Endpoints) -> dict[str, int]:
    return client.get(f"{endpoints.event_grid}/api/subscriptions").json()[0]
