"""The topic, its event subscriptions and what is counted about them.

`Topic.accept` is the service's side of publishing ("Publish events to Azure Event Grid custom topics using access
keys"): it checks the key, the size and the shape of what was posted, and completes the events. Unlike Azure's,
which is set up for one, this topic takes both schemas. SAS tokens, Microsoft Entra tokens and the binary mode of
CloudEvents are not known here.
"""
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from local_azure.event_grid.events import EventSchema, PublishedEvent
from local_azure.event_grid.filters import EventFilter

MAX_REQUEST_BYTES = 1_048_576
REQUIRED_FIELDS: dict[EventSchema, dict[str, type]] = {
    EventSchema.EVENT_GRID: {
        "id": str, "subject": str, "eventType": str, "eventTime": str, "data": object, "dataVersion": str},
    EventSchema.CLOUD_EVENTS: {"id": str, "source": str, "type": str, "specversion": str}}


class PublishError(Exception):
    """A request to publish that the topic refuses, with the service's status and codes."""

    def __init__(self, status_code: int, code: str, detail_code: str, message: str) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.body = {"error": {
            "code": code, "message": message, "details": [{"code": detail_code, "message": message}]}}


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with its access key; `resource_id` is what events without a topic are stamped with."""

    key: str
    resource_id: str

    def accept(
            self, key: str | None, content_type: str, body: bytes, published_at: datetime) -> list[PublishedEvent]:
        """The events in a posted `body`.

        Raises PublishError: 401 for a wrong key, 413 for more than 1 MB, 400 for anything but complete events.
        """
        if not hmac.compare_digest((key or "").encode(), self.key.encode()):
            raise PublishError(401, "Unauthorized", "Unauthorized", "The header aeg-sas-key has no key of this topic.")
        if len(body) > MAX_REQUEST_BYTES:
            raise PublishError(
                413, "RequestEntityTooLarge", "PayloadTooLarge",
                f"The maximum size ({MAX_REQUEST_BYTES}) has been exceeded.")
        media_type = content_type.partition(";")[0].strip().lower()
        schema = (EventSchema.CLOUD_EVENTS if media_type.startswith("application/cloudevents")
                  else EventSchema.EVENT_GRID)
        parsed = _parse(body)
        items = [parsed] if media_type == "application/cloudevents+json" else parsed
        _check(items, schema)
        return [PublishedEvent(self._complete(item, schema), schema, published_at) for item in items]

    def _complete(self, item: dict[str, Any], schema: EventSchema) -> dict[str, Any]:
        if schema == EventSchema.CLOUD_EVENTS:
            return item
        return item | {"topic": item.get("topic") or self.resource_id, "metadataVersion": "1"}


@dataclass(frozen=True, slots=True)
class EventSubscription:
    """Who receives which events, and for how long Event Grid tries ("Event Grid message delivery and retry").

    Without a `dead_letter_folder` an event that cannot be delivered is dropped. `delivery_headers` go with every
    delivery. Raises ValueError for values Azure refuses.
    """

    name: str
    endpoint_url: str
    event_schema: EventSchema = EventSchema.EVENT_GRID
    filter: EventFilter = EventFilter()
    max_events_per_batch: int = 1
    max_delivery_attempts: int = 30
    event_time_to_live_minutes: int = 1440
    dead_letter_folder: Path | None = None
    delivery_headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        EventSchema(self.event_schema)
        for name, highest in (
                ("max_events_per_batch", 5000), ("max_delivery_attempts", 30), ("event_time_to_live_minutes", 1440)):
            if not 1 <= getattr(self, name) <= highest:
                raise ValueError(f"{name} must be from 1 to {highest}, not {getattr(self, name)}")

    def matches(self, event: PublishedEvent) -> bool:
        return self.filter.refusal(event.body) is None


@dataclass(slots=True)
class DeliveryCounters:
    """What became of the events of one subscription; `retried` counts an event each time it has to be sent again."""

    published: int = 0
    matched: int = 0
    delivered: int = 0
    retried: int = 0
    dead_lettered: int = 0
    dropped: int = 0

    @property
    def pending(self) -> int:
        return self.matched - self.delivered - self.dead_lettered - self.dropped


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise _invalid(f"The body is not JSON: {exc}.") from exc


def _check(items: Any, schema: EventSchema) -> None:
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _invalid("The body is not an array of JSON objects.")
    for index, item in enumerate(items):
        wrong = [
            name for name, kind in REQUIRED_FIELDS[schema].items()
            if name not in item or not isinstance(item[name], kind)]
        if wrong:
            raise _invalid(f"Event {index} lacks, or has in another type than {schema} asks: {', '.join(wrong)}.")


def _invalid(message: str) -> PublishError:
    return PublishError(400, "BadRequest", "InputJsonInvalid", message)
