"""Events that could not be delivered, as Event Grid leaves them in a storage container.

Path and properties follow "Set dead-letter location and retry policy" and "Event Grid message delivery and retry".
Azure waits five minutes and may put several events into one blob; here each has its own file, at once.
"""
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from local_azure.event_grid.events import EventSchema, wire_time
from local_azure.event_grid.models import EventSubscription
from local_azure.event_grid.retries import PendingEvent


def write_dead_letter(folder: Path, subscription: EventSubscription, pending: PendingEvent, reason: str,
                      now: datetime) -> Path:
    """Write the event where its subscription keeps them in the folder, and return the file; raises OSError."""
    file = folder / blob_path(subscription.name, now, uuid4())
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([describe(pending, reason, subscription.event_schema)], indent=2), encoding="utf-8")
    return file


def blob_path(subscription_name: str, now: datetime, blob_id: UUID) -> Path:
    """NAME/year/month/day/hour/id.json, in UTC, without leading zeros."""
    return Path(subscription_name.upper(), *map(str, (now.year, now.month, now.day, now.hour)), f"{blob_id}.json")


def describe(pending: PendingEvent, reason: str, schema: EventSchema) -> dict[str, Any]:
    """The event with the reason and its delivery history; in CloudEvents these are lower-case extensions."""
    history = {
        "deadLetterReason": reason,
        "deliveryAttempts": len(pending.attempts),
        "publishTime": wire_time(pending.event.published_at)}
    if pending.attempts:
        last = pending.attempts[-1]
        history["lastDeliveryOutcome"] = last.outcome
        history["lastDeliveryAttemptTime"] = wire_time(last.started_at)
        if last.status_code is not None:
            history["lastHttpStatusCode"] = last.status_code
    if schema == EventSchema.CLOUD_EVENTS:
        history = {name.lower(): value for name, value in history.items()}
    return pending.event.translate(schema) | history
