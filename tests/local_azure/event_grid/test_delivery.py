"""Delivery with retries, batches, dead letters and counters, on a clock that only the test moves."""
import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest

from local_azure.clock import ManualClock
from local_azure.event_grid.delivery import DeliveryService
from local_azure.event_grid.events import EventSchema
from local_azure.event_grid.filters import AdvancedFilter, EventFilter
from local_azure.event_grid.handshake import EndpointValidationError
from local_azure.event_grid.models import EventSubscription

URL = "https://here/hook"


class Endpoint:
    """A subscriber that gives `answers` in turn, the last one for ever; an exception is raised instead."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    async def __call__(self, request):
        if request.headers.get("aeg-event-type") == "SubscriptionValidation":
            code = json.loads(request.content)[0]["data"]["validationCode"]
            return httpx.Response(200, json={"validationResponse": code})
        if request.method == "OPTIONS":
            return httpx.Response(200, headers={"WebHook-Allowed-Origin": "*"})
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await self.give(answer)

    async def give(self, answer):
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer)


class HangingEndpoint(Endpoint):
    """A subscriber that answers nothing until it is released."""

    def __init__(self):
        super().__init__(200)
        self.release = asyncio.Event()
        self.most_at_once = self.at_once = 0

    async def give(self, answer):
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await self.release.wait()
        self.at_once -= 1
        return await super().give(answer)


@asynccontextmanager
async def delivering(endpoint, *subscriptions, clock=None, **options):
    async with httpx.AsyncClient(transport=httpx.MockTransport(endpoint)) as http:
        service = DeliveryService("/topic", subscriptions, clock or ManualClock(), http, **options)
        await service.start()
        try:
            yield service
        finally:
            await service.stop()


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)


def dead_letters(folder):
    return [letter for file in folder.rglob("*.json") for letter in json.loads(file.read_text())]


def test_a_published_event_is_delivered(grid_event, grid_body):
    async def scenario():
        endpoint = Endpoint(202)
        async with delivering(endpoint, EventSubscription("runs", URL)) as service:
            service.publish([grid_event])
            assert await service.drained(5)
        [request] = endpoint.requests
        assert (request.method, str(request.url), json.loads(request.content)) == ("POST", URL, [grid_body])
        counters = service.counters["runs"]
        assert (counters.published, counters.matched, counters.delivered, counters.pending) == (1, 1, 1, 0)

    asyncio.run(scenario())


def test_only_subscriptions_that_match_get_the_event(grid_event, cloud_event):
    async def scenario():
        endpoint = Endpoint(200)
        picky = EventSubscription("picky", URL, filter=EventFilter(frozenset({grid_event.body["eventType"]})))
        async with delivering(endpoint, picky, EventSubscription("all", URL)) as service:
            service.publish([grid_event, cloud_event])
            assert await service.drained(5)
        receivers = [request.headers["aeg-subscription-name"] for request in endpoint.requests]
        assert sorted(receivers) == ["ALL", "ALL", "PICKY"]
        assert (service.counters["picky"].published, service.counters["picky"].matched) == (2, 1)

    asyncio.run(scenario())


def test_each_subscription_has_its_own_endpoint_and_filter(grid_event, cloud_event):
    async def scenario():
        endpoint = Endpoint(200)
        subscriptions = [
            EventSubscription(name, f"https://here/{name}",
                              filter=EventFilter(advanced=(AdvancedFilter(operator, "data.runStatus"),)))
            for name, operator in (("changed", "IsNotNull"), ("completed", "IsNullOrUndefined"))]
        async with delivering(endpoint, *subscriptions) as service:
            service.publish([grid_event, cloud_event])
            assert await service.drained(5)
        assert {request.url.path: json.loads(request.content)[0]["id"] for request in endpoint.requests} == {
            "/changed": cloud_event.body["id"], "/completed": grid_event.body["id"]}

    asyncio.run(scenario())


def test_each_subscription_gets_its_schema(grid_event):
    async def scenario():
        endpoint = Endpoint(200)
        async with delivering(endpoint, EventSubscription("runs", URL, EventSchema.CLOUD_EVENTS)) as service:
            service.publish([grid_event])
            assert await service.drained(5)
        assert json.loads(endpoint.requests[0].content) == grid_event.translate(EventSchema.CLOUD_EVENTS)

    asyncio.run(scenario())


def test_a_failed_event_is_sent_again_when_its_delay_is_over(grid_event):
    async def scenario():
        endpoint, clock = Endpoint(500, 500, 200), ManualClock()
        async with delivering(endpoint, EventSubscription("runs", URL), clock=clock) as service:
            service.publish([grid_event])
            for delay_seconds, requests in ((10, 1), (30, 2)):
                await until(lambda: clock.sleeping)
                clock.advance(delay_seconds - 1)
                await asyncio.sleep(0.01)
                assert len(endpoint.requests) == requests
                clock.advance(1)
            assert await service.drained(5)
        assert [request.headers["aeg-delivery-count"] for request in endpoint.requests] == ["0", "1", "2"]
        assert len({request.content for request in endpoint.requests}) == 1
        assert (service.counters["runs"].retried, service.counters["runs"].delivered) == (2, 1)

    asyncio.run(scenario())


def test_an_event_is_dead_lettered_after_the_last_attempt(grid_event, tmp_path):
    async def scenario():
        endpoint, clock = Endpoint(503), ManualClock()
        subscription = EventSubscription("runs", URL, max_delivery_attempts=2, dead_letter_folder=tmp_path)
        async with delivering(endpoint, subscription, clock=clock) as service:
            service.publish([grid_event])
            await until(lambda: clock.sleeping)
            clock.advance(30)
            assert await service.drained(5)
        assert len(endpoint.requests) == 2
        assert (service.counters["runs"].dead_lettered, service.counters["runs"].pending) == (1, 0)

    asyncio.run(scenario())
    [letter] = dead_letters(tmp_path)
    assert (letter["deadLetterReason"], letter["deliveryAttempts"]) == ("MaxDeliveryAttemptsExceeded", 2)
    assert (letter["lastDeliveryOutcome"], letter["lastHttpStatusCode"]) == ("Busy", 503)
    assert letter["lastDeliveryAttemptTime"] == "2024-01-01T00:00:30.0000000Z"


def test_without_a_dead_letter_folder_the_event_is_dropped_and_named_in_the_log(grid_event, caplog):
    async def scenario():
        endpoint = Endpoint(400)
        async with delivering(endpoint, EventSubscription("runs", URL)) as service:
            service.publish([replace(grid_event, body={**grid_event.body, "id": "a\n\x1b[2Jb"})])
            assert await service.drained(5)
        assert len(endpoint.requests) == 1
        assert (service.counters["runs"].dropped, service.counters["runs"].dead_lettered) == (1, 0)

    asyncio.run(scenario())
    assert r"event a\n\x1b[2Jb dropped: UndeliverableDueToHttpBadRequest" in caplog.text


def test_a_dead_letter_that_cannot_be_written_is_dropped(grid_event, tmp_path, caplog):
    async def scenario():
        blocked = tmp_path / "a file"
        blocked.touch()
        async with delivering(Endpoint(400), EventSubscription("runs", URL, dead_letter_folder=blocked)) as service:
            service.publish([grid_event])
            assert await service.drained(5)
        assert service.counters["runs"].dropped == 1

    asyncio.run(scenario())
    assert "could not be written" in caplog.text


def test_an_expired_event_is_dead_lettered_when_its_next_attempt_is_due(grid_event, tmp_path):
    async def scenario():
        endpoint, clock = Endpoint(408), ManualClock()
        subscription = EventSubscription("runs", URL, event_time_to_live_minutes=1, dead_letter_folder=tmp_path)
        async with delivering(endpoint, subscription, clock=clock) as service:
            service.publish([grid_event])
            await until(lambda: clock.sleeping)
            clock.advance(119)
            assert service.counters["runs"].pending == 1
            clock.advance(1)
            assert await service.drained(5)
        assert len(endpoint.requests) == 1

    asyncio.run(scenario())
    assert dead_letters(tmp_path)[0]["deadLetterReason"] == "TimeToLiveExceeded"


def test_an_event_that_expires_in_the_queue_is_never_sent(grid_event, tmp_path):
    async def scenario():
        endpoint, clock = Endpoint(200), ManualClock()
        clock.advance(25 * 3600)
        async with delivering(
                endpoint, EventSubscription("runs", URL, dead_letter_folder=tmp_path), clock=clock) as service:
            service.publish([grid_event])
            assert await service.drained(5)
        assert endpoint.requests == []

    asyncio.run(scenario())
    assert dead_letters(tmp_path)[0]["deliveryAttempts"] == 0


@pytest.mark.parametrize(("failure", "outcome"), [
    (httpx.ConnectError("refused"), "SocketError"), (httpx.RemoteProtocolError("cut off"), "SocketError")])
def test_a_broken_connection_is_a_failed_attempt(grid_event, tmp_path, failure, outcome):
    async def scenario():
        subscription = EventSubscription("runs", URL, max_delivery_attempts=1, dead_letter_folder=tmp_path)
        async with delivering(Endpoint(failure), subscription) as service:
            service.publish([grid_event])
            assert await service.drained(5)

    asyncio.run(scenario())
    [letter] = dead_letters(tmp_path)
    assert letter["lastDeliveryOutcome"] == outcome and "lastHttpStatusCode" not in letter


def test_an_endpoint_that_does_not_answer_in_time_failed(grid_event, tmp_path):
    async def scenario():
        subscription = EventSubscription("runs", URL, max_delivery_attempts=1, dead_letter_folder=tmp_path)
        async with delivering(HangingEndpoint(), subscription, response_timeout_seconds=0.01) as service:
            service.publish([grid_event])
            assert await service.drained(5)

    asyncio.run(scenario())
    assert dead_letters(tmp_path)[0]["lastDeliveryOutcome"] == "TimedOut"


def test_waiting_events_are_batched_up_to_the_limit(grid_event):
    async def scenario():
        endpoint = Endpoint(200)
        subscription = EventSubscription("runs", URL, max_events_per_batch=2)
        async with delivering(endpoint, subscription, concurrency=1) as service:
            service.publish([grid_event] * 5)
            assert await service.drained(5)
        assert [len(json.loads(request.content)) for request in endpoint.requests] == [2, 2, 1]
        assert service.counters["runs"].delivered == 5

    asyncio.run(scenario())


def test_a_batch_fails_as_a_whole(grid_event):
    async def scenario():
        endpoint, clock = Endpoint(500, 200), ManualClock()
        subscription = EventSubscription("runs", URL, max_events_per_batch=10)
        async with delivering(endpoint, subscription, clock=clock) as service:
            service.publish([grid_event] * 3)
            await until(lambda: clock.sleeping == 3)
            clock.advance(10)
            assert await service.drained(5)
        assert [len(json.loads(request.content)) for request in endpoint.requests] == [3, 3]
        assert (service.counters["runs"].retried, service.counters["runs"].delivered) == (3, 3)

    asyncio.run(scenario())


def test_no_more_requests_than_allowed_are_under_way(grid_event):
    async def scenario():
        endpoint = HangingEndpoint()
        async with delivering(endpoint, EventSubscription("runs", URL), concurrency=3) as service:
            service.publish([grid_event] * 9)
            await until(lambda: endpoint.at_once == 3)
            endpoint.release.set()
            assert await service.drained(5)
        assert (endpoint.most_at_once, len(endpoint.requests)) == (3, 9)

    asyncio.run(scenario())


def test_a_hanging_endpoint_holds_up_no_other_subscription(grid_event):
    async def scenario():
        hanging, quick = HangingEndpoint(), Endpoint(200)

        async def route(request):
            return await (hanging if "slow" in str(request.url) else quick)(request)

        slow = EventSubscription("slow", "https://slow/hook")
        async with delivering(route, slow, EventSubscription("quick", URL), concurrency=1) as service:
            service.publish([grid_event] * 3)
            await until(lambda: service.counters["quick"].delivered == 3)
            assert service.counters["slow"].pending == 3
            assert not await service.drained(0.01)

    asyncio.run(scenario())


def test_what_is_published_before_the_start_is_delivered_after_it(grid_event):
    async def scenario():
        endpoint = Endpoint(200)
        async with httpx.AsyncClient(transport=httpx.MockTransport(endpoint)) as http:
            service = DeliveryService("/topic", [EventSubscription("runs", URL)], ManualClock(), http)
            service.publish([grid_event])
            await service.start()
            assert await service.drained(5)
            await service.stop()

    asyncio.run(scenario())


def test_an_endpoint_that_fails_the_handshake_stops_the_start(grid_event):
    async def scenario():
        async with delivering(lambda request: httpx.Response(404), EventSubscription("runs", URL)):
            pass

    with pytest.raises(EndpointValidationError):
        asyncio.run(scenario())


def test_a_stopped_service_leaves_no_task_behind(grid_event):
    async def scenario():
        clock = ManualClock()
        async with delivering(Endpoint(500), EventSubscription("runs", URL), clock=clock) as service:
            service.publish([grid_event])
            await until(lambda: clock.sleeping)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(scenario())
