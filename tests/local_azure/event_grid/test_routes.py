"""The topic's endpoint over HTTP, in process and with Microsoft's own publisher."""
import asyncio
import json
import queue
import threading
from contextlib import asynccontextmanager, contextmanager

import httpx
import pytest
import trustme
import uvicorn
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.core.messaging import CloudEvent
from azure.eventgrid import EventGridEvent, EventGridPublisherClient
from starlette.applications import Starlette

from local_azure.clock import ManualClock
from local_azure.event_grid.delivery import DeliveryService
from local_azure.event_grid.models import MAX_REQUEST_BYTES, EventSubscription, Topic
from local_azure.event_grid.routes import routes

TOPIC = Topic("secret", "/subscriptions/s/workspaces/w")


@pytest.fixture
def received():
    """The events that the subscriber got."""
    return queue.SimpleQueue()


@pytest.fixture
def event_grid(received):
    """The local Event Grid with one subscription, `runs`."""
    async def subscriber(request):
        events = json.loads(request.content)
        if request.headers["aeg-event-type"] == "SubscriptionValidation":
            return httpx.Response(200, json={"validationResponse": events[0]["data"]["validationCode"]})
        for event in events:
            received.put(event)
        return httpx.Response(200)

    clock = ManualClock()
    http = httpx.AsyncClient(transport=httpx.MockTransport(subscriber))
    delivery = DeliveryService(TOPIC.resource_id, [EventSubscription("runs", "https://here/hook")], clock, http)

    @asynccontextmanager
    async def lifespan(_app):
        await delivery.start()
        yield
        await delivery.drained(5)
        await delivery.stop()

    return Starlette(routes=routes(TOPIC, delivery, clock), lifespan=lifespan)


def send(app, method, path, **options):
    async def request():
        transport = httpx.ASGITransport(app)
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport) as http:
            return await http.request(method, f"https://topic{path}", **options)

    return asyncio.run(request())


def post(app, content, key="secret"):
    return send(app, "POST", "/api/events", content=content, headers={"aeg-sas-key": key})


@contextmanager
def served(app, folder):
    """The https URL of `app` on loopback; the CA to trust is left in `folder`."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    server = uvicorn.Server(uvicorn.Config(
        app, http="h11", port=0, ssl_certfile=folder / "server.pem", log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.01)
        yield f"https://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def publisher(event_grid, tmp_path, monkeypatch):
    """Makes a client of Microsoft's library that publishes to the local Event Grid."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with served(event_grid, tmp_path) as url:
        yield lambda key: EventGridPublisherClient(f"{url}/api/events", AzureKeyCredential(key), retry_total=0)


def test_published_events_are_accepted_and_delivered(event_grid, received, grid_body):
    response = post(event_grid, json.dumps([grid_body]))
    assert (response.status_code, response.content) == (200, b"")
    assert received.get(timeout=60) == grid_body


def test_a_refused_request_says_why_and_delivers_nothing(event_grid, received, grid_body):
    del grid_body["subject"]
    response = post(event_grid, json.dumps([grid_body]))
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["code"] == "BadRequest" and "subject" in error["message"]
    assert error["details"] == [{"code": "InputJsonInvalid", "message": error["message"]}]
    assert received.empty()


def test_a_wrong_key_and_too_large_a_body_have_their_own_status(event_grid):
    assert post(event_grid, "[]", key="wrong").status_code == 401
    assert send(event_grid, "POST", "/api/events", content="[]").status_code == 401
    assert post(event_grid, b" " * (MAX_REQUEST_BYTES + 1)).status_code == 413


def test_the_counters_are_listed_for_each_subscription(event_grid):
    assert send(event_grid, "GET", "/api/subscriptions").json() == [{
        "name": "runs", "published": 0, "matched": 0, "delivered": 0, "retried": 0, "dead_lettered": 0, "dropped": 0,
        "pending": 0}]


def test_microsofts_publisher_sends_event_grid_events(publisher, received, grid_body):
    with publisher("secret") as client:
        client.send([EventGridEvent(
            subject=grid_body["subject"], event_type=grid_body["eventType"], data=grid_body["data"],
            data_version="1.0")])
        event = received.get(timeout=60)
    assert (event["eventType"], event["data"]) == (grid_body["eventType"], grid_body["data"])
    assert (event["topic"], event["metadataVersion"]) == (TOPIC.resource_id, "1")


def test_microsofts_publisher_sends_cloud_events(publisher, received, cloud_body):
    with publisher("secret") as client:
        client.send(CloudEvent(
            source=cloud_body["source"], type=cloud_body["type"], subject=cloud_body["subject"],
            data=cloud_body["data"]))
        event = received.get(timeout=60)
    assert (event["eventType"], event["topic"]) == (cloud_body["type"], cloud_body["source"])


def test_microsofts_publisher_understands_the_errors(publisher):
    with publisher("wrong") as client, pytest.raises(ClientAuthenticationError, match="Unauthorized"):
        client.send([{"id": "1"}])
    with publisher("secret") as client, pytest.raises(HttpResponseError, match="lacks") as caught:
        client.send([{"id": "1"}])
    assert caught.value.status_code == 400
