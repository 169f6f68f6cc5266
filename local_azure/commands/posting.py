"""Posting events as they are to the topic of the running local Azure, and waiting until they are delivered."""
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from ..endpoints import Endpoints
from ..folders import LOG_FILE
from .connecting import read_error
from .failure import CommandError
from .saying import say

_SETTLED_SECONDS = 15
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Batch:
    """The events of one request, all in one schema, and where they come from."""

    source: str
    events: list[Any]

    @property
    def content_type(self) -> str:
        are_cloud_events = any(isinstance(event, dict) and "specversion" in event for event in self.events)
        return "application/cloudevents-batch+json" if are_cloud_events else "application/json"


def post(batches: Sequence[Batch], endpoints: Endpoints, client: httpx.Client, console: Console, folder: Path) -> int:
    """Posts the batches and tells what became of their events. The exit code: 1 where one was not delivered.

    Raises CommandError where the topic refuses a batch.
    """
    before = _counters(client, endpoints)
    for batch in batches:
        response = client.post(endpoints.topic_url, content=json.dumps(batch.events), headers={
            "aeg-sas-key": endpoints.topic_key, "Content-Type": batch.content_type})
        if not response.is_success:
            raise CommandError(f"{batch.source}: the topic refuses it: {read_error(response)} "
                               "To give it to the function as it is, use `send --to function`.")
        say(console, f"{batch.source}: published {len(batch.events)}")
    with console.status("waiting for the deliveries …"):
        after = _wait_until_settled(client, endpoints)
    changes = {name: after[name] - before[name] for name in ("delivered", "dead_lettered", "dropped")}
    console.print(", ".join(f"{name} {count}" for name, count in {**changes, "pending": after["pending"]}.items()))
    if changes["dead_lettered"] or changes["dropped"] or after["pending"]:
        say(console, f"the function's log says why: {folder / LOG_FILE}")
        return 1
    return 0


def _wait_until_settled(client: httpx.Client, endpoints: Endpoints) -> dict[str, int]:
    deadline = time.monotonic() + _SETTLED_SECONDS
    while (found := _counters(client, endpoints))["pending"] and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return found


def _counters(client: httpx.Client, endpoints: Endpoints) -> dict[str, int]:
    counters: dict[str, int] = client.get(f"{endpoints.event_grid}/api/subscriptions").json()[0]
    return counters
