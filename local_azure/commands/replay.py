"""Publish dead letters again, once what kept them from being recorded is mended.

Takes files as Event Grid leaves them in a dead-letter container, the local one or one copied from Azure, or folders of
them; takes the delivery history off the events and posts them to the topic of the running local Azure. The files stay:
delete them when their events are delivered.
"""
import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console

from .connecting import connected
from .event_files import find_files, parse_json, read_bytes
from .failure import CommandError
from .posting import Batch, post
from .saying import say

# What Event Grid adds to a dead letter; in CloudEvents the names are in lower case.
_HISTORY = frozenset({"deadletterreason", "deliveryattempts", "lastdeliveryoutcome", "lasthttpstatuscode",
                      "publishtime", "lastdeliveryattempttime"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="+", type=Path, metavar="FILE_OR_FOLDER",
                        help="dead letters; a folder is searched for .json files, its subfolders too")


def run(arguments: argparse.Namespace) -> int:
    files = [file for source in arguments.sources for file in find_files(source, "has no dead letters")]
    found = {file: _read(file) for file in files}
    console = Console(highlight=False)
    with connected(arguments.folder) as (endpoints, client):
        reasons = Counter(_reason(event) for events in found.values() for event in events)
        described = ", ".join(f"{reason} {count}" for reason, count in reasons.items())
        say(console, f"dead letters by reason: {described}")
        batches = [Batch(str(file), [_without_history(event) for event in events]) for file, events in found.items()]
        return post(batches, endpoints, client, console, arguments.folder)


def _read(file: Path) -> list[dict[str, Any]]:
    events = parse_json(file, read_bytes(file))
    if not isinstance(events, list) or not all(isinstance(event, dict) and _reason(event) for event in events):
        raise CommandError(f"{file} holds no dead letters, which are a list of events with a deadLetterReason: publish "
                           "other events with `send`")
    return events


def _reason(event: dict[str, Any]) -> str | None:
    return event.get("deadLetterReason") or event.get("deadletterreason")


def _without_history(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name.lower() not in _HISTORY}
