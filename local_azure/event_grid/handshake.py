"""The proof Event Grid asks of an endpoint before it delivers anything to it.

"Webhook event delivery": in the Event Grid schema the endpoint echoes a code; in CloudEvents it answers an OPTIONS
request and names the origin it accepts events from. The asynchronous handshake by a link is left out.
"""
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx

from local_azure.event_grid.events import EventSchema, wire_time
from local_azure.event_grid.models import EventSubscription

ORIGIN = "eventgrid.azure.net"
TIMEOUT_SECONDS = 30


class EndpointValidationError(Exception):
    """The endpoint of a subscription did not prove that it wants the events."""


async def validate_endpoint(
        http: httpx.AsyncClient, subscription: EventSubscription, topic_id: str, now: datetime) -> None:
    """Raises EndpointValidationError, with the endpoint's answer, unless the handshake succeeds."""
    code = str(uuid4())
    try:
        if subscription.event_schema == EventSchema.CLOUD_EVENTS:
            response = await _ask_permission(http, subscription)
            is_valid = response.is_success and response.headers.get("WebHook-Allowed-Origin") in (ORIGIN, "*")
        else:
            response = await _send_code(http, subscription, _validation_event(code, topic_id, now))
            is_valid = response.status_code == 200 and _echoed_code(response) == code
    except httpx.RequestError as exc:
        raise EndpointValidationError(f"The endpoint of {subscription.name} cannot be reached: {exc!r}") from exc
    if not is_valid:
        raise EndpointValidationError(
            f"The endpoint of {subscription.name} failed the validation handshake: "
            f"{response.status_code} {response.text[:200]}")


async def _ask_permission(http: httpx.AsyncClient, subscription: EventSubscription) -> httpx.Response:
    headers = {**subscription.delivery_headers, "WebHook-Request-Origin": ORIGIN}
    return await http.options(subscription.endpoint_url, headers=headers, timeout=TIMEOUT_SECONDS)


async def _send_code(http: httpx.AsyncClient, subscription: EventSubscription, event: dict[str, Any]) -> httpx.Response:
    headers = {
        **subscription.delivery_headers, "aeg-event-type": "SubscriptionValidation",
        "aeg-subscription-name": subscription.name.upper()}
    return await http.post(subscription.endpoint_url, json=[event], headers=headers, timeout=TIMEOUT_SECONDS)


def _validation_event(code: str, topic_id: str, now: datetime) -> dict[str, Any]:
    return {
        "id": str(uuid4()), "topic": topic_id, "subject": "", "data": {"validationCode": code},
        "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "eventTime": wire_time(now),
        "metadataVersion": "1", "dataVersion": "1"}


def _echoed_code(response: httpx.Response) -> object:
    try:
        return response.json()["validationResponse"]
    except (ValueError, KeyError, TypeError):
        return None
