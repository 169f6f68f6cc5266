"""Messages as headers: how the REST API writes the properties of a message, and how it reads them.

The service's own are one header, `BrokerProperties`, a JSON object; each property of the application is a header of
its own, a text in quotes, a number or `true` as it is, a time in quotes as HTTP writes one ("Message headers and
properties").
"""
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import uuid4

from local_azure.service_bus.models import Delivery, Message, PropertyValue

BROKER_PROPERTIES = "BrokerProperties"
SENDERS_PROPERTIES = ("Label", "CorrelationId", "SessionId", "ReplyTo", "ReplyToSessionId", "To", "PartitionKey")
NEVER_EXPIRES = timedelta(days=10_675_199)
"""The time to live of a message that has none, in whole days: TimeSpan.MaxValue."""
_HTTPS_OWN = frozenset({
    "accept", "accept-encoding", "accept-language", "authorization", "cache-control", "connection", "content-encoding",
    "content-length", "content-type", "cookie", "date", "expect", "host", "keep-alive", "location", "pragma", "server",
    "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "via", "strict-transport-security",
    "servicebusauthorization", "x-ms-retrypolicy", BROKER_PROPERTIES.lower()})
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class BadHeaderError(ValueError):
    """The service's properties of a message are not what they should be."""


def read_message(headers: Iterable[tuple[str, str]], body: bytes) -> Message:
    """What a request sends; raises BadHeaderError. A message without an id gets one."""
    by_name = {name.lower(): value for name, value in headers}
    broker = _read_broker_properties(by_name.get(BROKER_PROPERTIES.lower(), "{}"))
    return Message(
        body, str(broker.get("MessageId") or uuid4().hex), read_properties(headers),
        {name: str(broker[name]) for name in SENDERS_PROPERTIES if broker.get(name) is not None},
        by_name.get("content-type", ""))


def read_properties(headers: Iterable[tuple[str, str]]) -> dict[str, PropertyValue]:
    """The application's properties among the headers."""
    return {name: _read(value) for name, value in headers if name.lower() not in _HTTPS_OWN}


def write_properties(properties: Mapping[str, PropertyValue]) -> dict[str, str]:
    """The header of each of the application's properties."""
    return {name: _write(value) for name, value in properties.items()}


def write_delivery(delivery: Delivery) -> Iterator[tuple[str, str]]:
    """The headers of an answer with a message."""
    message = delivery.message
    broker: dict[str, Any] = {
        **message.broker_properties, "MessageId": message.message_id, "DeliveryCount": delivery.delivery_count,
        "SequenceNumber": delivery.sequence_number, "EnqueuedSequenceNumber": 0, "State": "Active",
        "EnqueuedTimeUtc": write_time(delivery.enqueued_at), "LockToken": delivery.lock_token,
        "TimeToLive": NEVER_EXPIRES.total_seconds()}
    if delivery.locked_until:
        broker["LockedUntilUtc"] = write_time(delivery.locked_until)
    yield BROKER_PROPERTIES, json.dumps(broker)
    if message.content_type:
        yield "Content-Type", message.content_type
    yield from write_properties(message.properties).items()


def write_time(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def read_time(text: str) -> datetime:
    """A time as HTTP writes one, in UTC, whatever the language of this machine. Raises ValueError."""
    _, day, month, year, clock, zone = text.split(" ")
    hour, minute, second = map(int, clock.split(":"))
    if zone != "GMT":
        raise ValueError(f"{text} is not in GMT")
    try:
        return datetime(int(year), _MONTHS.index(month) + 1, int(day), hour, minute, second, tzinfo=UTC)
    except OverflowError as exc:
        raise ValueError(f"{text} is no time") from exc


def _read_broker_properties(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise BadHeaderError(f"{BROKER_PROPERTIES} is no JSON: {exc}") from exc
    if not isinstance(found, dict):
        raise BadHeaderError(f"{BROKER_PROPERTIES} must be a JSON object")
    return found


def _read(value: str) -> PropertyValue:
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return value
    if not isinstance(found, str):
        return found if isinstance(found, (bool, int, float, type(None))) else value
    try:
        return read_time(found)
    except ValueError:
        return found


def _write(value: PropertyValue) -> str:
    return json.dumps(write_time(value) if isinstance(value, datetime) else value)
