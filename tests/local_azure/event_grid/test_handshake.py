"""The validation of endpoints, against endpoints that answer rightly and wrongly."""
import asyncio
import json

import httpx
import pytest

from local_azure.event_grid.events import EventSchema
from local_azure.event_grid.handshake import EndpointValidationError, validate_endpoint
from local_azure.event_grid.models import EventSubscription

TOPIC_ID = "/subscriptions/s/workspaces/w"


def shake_hands(answer, published_at, schema=EventSchema.EVENT_GRID):
    """Validate an endpoint that gives `answer` to a request, and return the requests it got."""
    requests = []

    def endpoint(request):
        requests.append(request)
        return answer(request)

    async def validate():
        async with httpx.AsyncClient(transport=httpx.MockTransport(endpoint)) as http:
            subscription = EventSubscription("runs", "https://here/hook?code=k", schema)
            await validate_endpoint(http, subscription, TOPIC_ID, published_at)

    asyncio.run(validate())
    return requests


def echo(request):
    [event] = json.loads(request.content)
    return httpx.Response(200, json={"validationResponse": event["data"]["validationCode"]})


def test_an_endpoint_that_echoes_the_code_is_valid(published_at):
    [request] = shake_hands(echo, published_at)
    assert (request.method, str(request.url)) == ("POST", "https://here/hook?code=k")
    assert request.headers["aeg-event-type"] == "SubscriptionValidation"
    assert request.headers["aeg-subscription-name"] == "RUNS"
    [event] = json.loads(request.content)
    assert event["eventType"] == "Microsoft.EventGrid.SubscriptionValidationEvent"
    assert (event["topic"], event["eventTime"]) == (TOPIC_ID, "2024-01-01T00:00:00.0000000Z")


@pytest.mark.parametrize("answer", [
    lambda request: httpx.Response(200, json={"validationResponse": "guess"}),
    lambda request: httpx.Response(200, json=["validationResponse"]),
    lambda request: httpx.Response(200, text="hello"),
    lambda request: httpx.Response(202, json=json.loads(echo(request).content)),
    lambda request: httpx.Response(401)])
def test_an_endpoint_that_does_not_echo_the_code_is_refused(published_at, answer):
    with pytest.raises(EndpointValidationError, match="runs"):
        shake_hands(answer, published_at)


@pytest.mark.parametrize("allowed", ["eventgrid.azure.net", "*"])
def test_an_endpoint_that_allows_the_origin_is_valid_for_cloud_events(published_at, allowed):
    [request] = shake_hands(
        lambda request: httpx.Response(200, headers={"WebHook-Allowed-Origin": allowed}), published_at,
        EventSchema.CLOUD_EVENTS)
    assert (request.method, request.headers["WebHook-Request-Origin"]) == ("OPTIONS", "eventgrid.azure.net")


@pytest.mark.parametrize("answer", [
    httpx.Response(200), httpx.Response(200, headers={"WebHook-Allowed-Origin": "elsewhere.example"}),
    httpx.Response(405, headers={"WebHook-Allowed-Origin": "*"})])
def test_an_endpoint_that_does_not_allow_the_origin_is_refused(published_at, answer):
    with pytest.raises(EndpointValidationError, match="handshake"):
        shake_hands(lambda request: answer, published_at, EventSchema.CLOUD_EVENTS)


def test_an_endpoint_that_is_not_there_is_refused(published_at):
    def unreachable(request):
        raise httpx.ConnectError("connection refused")

    with pytest.raises(EndpointValidationError, match="cannot be reached.*connection refused"):
        shake_hands(unreachable, published_at)
