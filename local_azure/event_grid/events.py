"""An event as it is published, and the same event in the schema a subscriber asked for.

Event Grid knows two schemas and translates between them ("CloudEvents v1.0 schema with Azure Event Grid"):
the Event Grid event schema, always sent as a JSON array, and CloudEvents 1.0, sent as an object or as a batch.
"""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

CLOUD_EVENT_NAMES = {
    "id": "id", "topic": "source", "subject": "subject", "eventType": "type", "eventTime": "time", "data": "data"}


class EventSchema(StrEnum):
    """The schemas of an event subscription, by the names Azure Resource Manager gives them."""

    EVENT_GRID = "EventGridSchema"
    CLOUD_EVENTS = "CloudEventSchemaV1_0"


@dataclass(frozen=True, slots=True)
class PublishedEvent:
    """An event that the topic took in: `body` is its JSON object, in `schema`."""

    body: Mapping[str, Any]
    schema: EventSchema
    published_at: datetime

    def translate(self, schema: EventSchema) -> dict[str, Any]:
        """The event's JSON object in `schema`.

        Attributes without a counterpart stay behind. From CloudEvents to the Event Grid schema is more than Azure
        offers: there a topic that takes CloudEvents has no subscriptions in the other schema.
        """
        if schema == self.schema:
            return dict(self.body)
        if schema == EventSchema.CLOUD_EVENTS:
            renamed = {new: self.body[old] for old, new in CLOUD_EVENT_NAMES.items() if old in self.body}
            return {"specversion": "1.0"} | renamed
        renamed = {old: self.body[new] for old, new in CLOUD_EVENT_NAMES.items() if new in self.body}
        defaults = {"subject": "", "eventTime": wire_time(self.published_at), "data": None}
        return defaults | renamed | {"dataVersion": "", "metadataVersion": "1"}


def wire_time(moment: datetime) -> str:
    """`moment`, in UTC, as Event Grid writes times: seven digits after the point."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}0Z"
