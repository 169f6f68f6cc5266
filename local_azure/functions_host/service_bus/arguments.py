"""A message as a function receives it, measured with Microsoft's host and its Service Bus extension.

The body of a message is a text to the host unless the trigger's `data_type` is BINARY or the parameter `bytes`: what
.NET has wrapped in binary XML is unwrapped, and what is no UTF-8 is lost. Of a text that is a JSON object, top-level
fields take the place of the message's own metadata, whatever their case: so a body can say another message id, or a
delivery count that is no number, and then the function is not called.
"""
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import azure.functions as func
from azure.functions.meta import Datum

from local_azure.functions_host.service_bus.messages import ReceivedMessage
from local_azure.service_bus.data_contract import unwrap
from local_azure.service_bus.headers import read_time

_TEXTS = ("CorrelationId", "PartitionKey", "ReplyTo", "ReplyToSessionId", "SessionId", "To")
_NEVER_SET = ("TimeToLive", "State", "ScheduledEnqueueTimeUtc")
_NEVER = datetime.max.isoformat(timespec="seconds")
"""When a message without a time to live expires."""


def decoder(annotation: Any, data_type: str) -> Callable[[ReceivedMessage], object] | None:
    """Makes the argument for a parameter of this annotation out of a message; None where the library has no way to."""
    converter = func.get_binding_registry().get("serviceBusTrigger")  # type: ignore[no-untyped-call]  # has no types
    if annotation is bytes:
        return lambda message: message.body
    if annotation is str:
        return lambda message: _text(message.body)
    if annotation is not None and not converter.check_input_type_annotation(annotation):
        return None
    is_binary = data_type.lower() == "binary"

    def decode(message: ReceivedMessage) -> object:
        metadata = _metadata(message)
        if is_binary:
            return converter.decode(Datum(message.body, "bytes"), trigger_metadata=_data(metadata))
        text = _text(message.body)
        return converter.decode(Datum(text, "string"), trigger_metadata=_data(_overwritten(metadata, text)))

    return decode


def _text(body: bytes) -> str:
    unwrapped = unwrap(body)
    return (body if unwrapped is None else unwrapped).decode("utf-8", "replace")


def _metadata(message: ReceivedMessage) -> dict[str, Any]:
    broker = message.broker
    properties = {name: _write_time(value) if isinstance(value, datetime) else value
                  for name, value in message.properties.items()}
    label = broker.get("Label")
    return {
        "ApplicationProperties": properties, "UserProperties": properties, "ContentType": message.content_type or None,
        "Subject": label, "Label": label, "MessageId": broker["MessageId"], "DeliveryCount": broker["DeliveryCount"],
        "SequenceNumber": broker["SequenceNumber"], "EnqueuedSequenceNumber": broker["EnqueuedSequenceNumber"],
        "LockToken": broker["LockToken"], "EnqueuedTimeUtc": _naive(read_time(broker["EnqueuedTimeUtc"])),
        "LockedUntil": _naive(message.locked_until), "ExpiresAtUtc": _NEVER,
        "DeadLetterReason": None, "DeadLetterErrorDescription": None, "DeadLetterSource": None,
        "TransactionPartitionKey": None, **dict.fromkeys(_NEVER_SET), **{name: broker.get(name) for name in _TEXTS}}


def _overwritten(metadata: Mapping[str, Any], text: str) -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return dict(metadata)
    if not isinstance(fields, dict):
        return dict(metadata)
    names = {name.lower(): name for name in metadata}
    return {**metadata, **{names.get(str(name).lower(), str(name)): value for name, value in fields.items()}}


def _data(metadata: Mapping[str, Any]) -> dict[str, Datum]:
    return {name: _datum(value) for name, value in metadata.items()}


def _datum(value: Any) -> Datum:
    if value is None:
        return Datum(None, None)
    if isinstance(value, str):
        return Datum(value, "string")
    if isinstance(value, int) and not isinstance(value, bool):
        return Datum(value, "int")
    return Datum(json.dumps(value), "json")


def _naive(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat()


def _write_time(moment: datetime) -> str:
    return f"{_naive(moment)}Z"
