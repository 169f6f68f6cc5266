"""Publishing events to the local Event Grid with Microsoft's own client, and waiting until they are recorded."""
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from azure.core.credentials import AzureKeyCredential
from azure.eventgrid import EventGridPublisherClient
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ..cloud import LocalAzure
from ..endpoints import Endpoints
from ..subscriptions import MONITOR

_WAIT_SECONDS = 120
_POLL_SECONDS = 0.1
_EVENTS_PER_REQUEST = 100  # well under the topic's 1 MB
_RECORDS = """traces
| summarize recorded = countif(customDimensions.type == 'run_detail'),
            invalid = countif(customDimensions.type == 'invalid_event')"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counts of events, and of records of them."""

    published: int
    delivered: int
    recorded: int
    invalid: int

    @property
    def is_complete(self) -> bool:
        return self.published == self.delivered == self.recorded


def publish(endpoints: Endpoints, events: Sequence[dict[str, Any]]) -> None:
    """Posts the events to the topic. Raises what azure-eventgrid raises."""
    with EventGridPublisherClient(endpoints.topic_url, AzureKeyCredential(endpoints.topic_key)) as client:
        for start in range(0, len(events), _EVENTS_PER_REQUEST):
            # The client forgets options given to its constructor, so they go with every request.
            client.send(list(events[start:start + _EVENTS_PER_REQUEST]),
                        connection_verify=endpoints.certificate_authority, proxies={"no_proxy": "127.0.0.1"})


def publish_and_wait(local_azure: LocalAzure, events: Sequence[dict[str, Any]], console: Console,
                     pause: Callable[[float], None], meanwhile: Callable[[], None] = lambda: None) -> Outcome:
    """Publishes the events and shows how far they got, until all are delivered or given up, or two minutes are over;
    `meanwhile` is called once, while they are on their way."""
    publish(local_azure.endpoints, events)
    console.print(f"published {len(events)} events")
    meanwhile()
    counters = local_azure.delivery.counters[MONITOR]
    with show_progress(console) as progress:
        task = progress.add_task("recording", total=len(events))
        deadline = time.monotonic() + _WAIT_SECONDS
        while counters.pending and time.monotonic() < deadline:
            progress.update(task, completed=counters.delivered)
            pause(_POLL_SECONDS)
        progress.update(task, completed=counters.delivered)
    [(recorded, invalid)] = local_azure.store.query(_RECORDS).rows
    return Outcome(len(events), counters.delivered, recorded, invalid)


def show_progress(console: Console) -> Progress:
    """A bar with counts and the time that has passed, for tasks with a total."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)
