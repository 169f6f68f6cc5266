"""The HTTP request that delivers events to an endpoint.

Headers and content types are those of "CloudEvents v1.0 schema with Azure Event Grid" and of the table of message
headers on the event handlers' pages.
"""
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from local_azure.event_grid.events import EventSchema
from local_azure.event_grid.models import EventSubscription
from local_azure.event_grid.retries import PendingEvent


@dataclass(frozen=True, slots=True)
class Notification:
    """What is posted to the endpoint of a subscription."""

    headers: dict[str, str]
    body: bytes


def compose(subscription: EventSubscription, batch: Sequence[PendingEvent]) -> Notification:
    """The request that delivers `batch`, which is not empty.

    The Event Grid schema is always an array; CloudEvents are one only where the subscription asks for batches.
    """
    events = [pending.event.translate(subscription.event_schema) for pending in batch]
    content: list[dict[str, Any]] | dict[str, Any] = events
    if subscription.event_schema == EventSchema.EVENT_GRID:
        media_type, metadata_version = "application/json", "1"
    elif subscription.max_events_per_batch > 1:
        media_type, metadata_version = "application/cloudevents-batch+json", "1.0"
    else:
        media_type, metadata_version, content = "application/cloudevents+json", "1.0", events[0]
    headers = {
        **subscription.delivery_headers,
        "Content-Type": f"{media_type}; charset=utf-8",
        "aeg-event-type": "Notification",
        "aeg-subscription-name": subscription.name.upper(),
        "aeg-delivery-count": str(max(len(pending.attempts) for pending in batch)),
        "aeg-data-version": events[0].get("dataVersion", "").encode("ascii", "replace").decode(),
        "aeg-metadata-version": metadata_version}
    return Notification(headers, json.dumps(content).encode())
