"""The host's answers to Event Grid and to people."""
import asyncio
import gzip
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette

from local_azure.event_grid.events import EventSchema
from local_azure.event_grid.handshake import validate_endpoint
from local_azure.event_grid.models import EventSubscription
from local_azure.functions_host import models
from local_azure.functions_host.models import FunctionApp
from local_azure.functions_host.routes import Host, Keys, read_reason, routes

KEY = "master"
KEYS = Keys.of(KEY)
WEBHOOK = "/runtime/webhooks/EventGrid"
SOURCE = """
import json, threading
meeting = threading.Barrier(2)

@app.event_grid_trigger(arg_name="event")
def Record(event: str):
    received.append(event)

@app.event_grid_trigger(arg_name="event", cardinality="many")
def RecordBatch(event: str):
    received.append(event)

@app.event_grid_trigger(arg_name="event")
def Meet(event: str):
    meeting.wait(timeout=60)

@app.event_grid_trigger(arg_name="event")
def FailOnTwo(event: str):
    received.append(event)
    if json.loads(event)["id"] == 2:
        raise ValueError("two is too many")

@app.timer_trigger(arg_name="timer", schedule="0 0 * * * *")
def Tick(timer: func.TimerRequest):
    received.append(timer.past_due)
"""


@pytest.fixture
def host(load):
    """The host's Starlette app and the list of what its functions received."""
    app, received = load(SOURCE)
    with ThreadPoolExecutor(2) as threads:
        yield serve(app, threads), received


def serve(app, threads, restart=lambda: None):
    return Starlette(routes=routes(Host(app, threads, restart), KEYS))


def send(app, method, path, **options):
    async def request():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://host") as http:
            return await http.request(method, path, **options)

    return asyncio.run(request())


def post(app, content, function="Record", event_type="Notification", key=KEY, **headers):
    content = json.dumps(content) if isinstance(content, (list, dict, int)) else content
    return send(
        app, "POST", WEBHOOK, params={"functionName": function, "code": key}, content=content,
        headers={"aeg-event-type": event_type, **headers})


@pytest.mark.parametrize("path", [f"{WEBHOOK}?functionName=Record", "/admin/functions", "/admin/host/status"])
def test_nothing_is_open_without_the_key(host, path):
    app, received = host
    method = "POST" if path.startswith(WEBHOOK) else "GET"
    headers = {"aeg-event-type": "Notification"}
    for wrong in ({}, {"x-functions-key": "wrong"}, {"x-functions-key": b"\xfc"}):
        assert send(app, method, path, headers={**headers, **wrong}).status_code == 401
    assert send(app, method, f"{path}{'&' if '?' in path else '?'}code=wrong", headers=headers).status_code == 401
    assert received == []


def test_the_key_may_come_in_a_header(host):
    app, received = host
    response = send(
        app, "POST", WEBHOOK, params={"functionName": "Record"}, content="[{}]",
        headers={"x-functions-key": KEY, "aeg-event-type": "notification"})
    assert (response.status_code, received) == (202, ["{}"])


def test_a_timer_s_function_runs_when_it_is_asked_to(host):
    app, received = host
    assert send(app, "POST", "/admin/functions/Tick", params={"code": KEY}).status_code == 202
    assert received == [False]
    assert send(app, "POST", "/admin/functions/Tick").status_code == 401
    assert send(app, "POST", "/admin/functions/Record", params={"code": KEY}).status_code == 404
    assert post(app, [{}], function="Tick").status_code == 404


@pytest.mark.parametrize(("key", "status"), [
    (KEYS.master, 202), (KEYS.system, 202), (KEYS.function, 403), ("another", 401), ("", 401)])
def test_the_webhook_is_open_to_the_system_key(host, key, status):
    assert post(host[0], [{}], key=key).status_code == status


def test_the_system_key_is_told_to_who_has_the_master_key(host):
    asked = send(host[0], "GET", "/admin/host/systemkeys", params={"code": KEY})
    assert asked.json() == {"keys": [{"name": "eventgrid_extension", "value": KEYS.system}]}
    assert send(host[0], "GET", "/admin/host/systemkeys", params={"code": KEYS.system}).status_code == 403


def test_the_host_tells_everybody_that_it_is_there(host):
    assert send(host[0], "GET", "/admin/host/ping").status_code == 200


def test_an_app_that_cannot_be_loaded_has_no_function():
    with ThreadPoolExecutor(1) as threads:
        app = serve(FunctionApp({}), threads)
        response = post(app, [{}])
    assert (response.status_code, response.content) == (404, b"")
    assert send(app, "GET", "/admin/host/ping").status_code == 200


def test_a_function_that_takes_too_long_ends_the_worker(load):
    app, received = load(SOURCE)
    restarts = []
    with ThreadPoolExecutor(1) as threads:
        slow = serve(FunctionApp(app.functions, "00:00:00.05"), threads, lambda: restarts.append("restarted"))
        response = post(slow, [{}], function="Meet")
        sys.modules["function_app"].meeting.abort()  # it would wait for the other for a minute
    assert response.text == "Timeout value of 00:00:00.05 was exceeded by function: Functions.Meet"
    assert (response.status_code, restarts) == (500, ["restarted"])


@pytest.mark.parametrize("name", ["Nobody", "", "record", "Tick"])
def test_an_unknown_function_is_not_found(host, name):
    response = post(host[0], [{}], function=name)
    assert (response.status_code, response.text) == (404, f"cannot find function: '{name}'")


def test_each_event_of_an_array_is_one_invocation(host):
    app, received = host
    response = post(app, [{"id": 1}, {"id": 2}])
    assert (response.status_code, response.content) == (202, b"")
    assert sorted(map(json.loads, received), key=str) == [{"id": 1}, {"id": 2}]


def test_the_events_of_an_array_run_at_the_same_time(host):
    assert post(host[0], [{}, {}], function="Meet").status_code == 202


def test_a_function_of_many_events_gets_the_whole_array_at_once(host):
    app, received = host
    assert post(app, [{"id": 1}, {"id": 2}], function="RecordBatch").status_code == 202
    assert [json.loads(text) for text in received] == [[{"id": 1}, {"id": 2}]]


def test_one_failure_fails_the_notification_after_all_events_ran(host):
    app, received = host
    response = post(app, [{"id": 1}, {"id": 2}, {"id": 3}], function="FailOnTwo")
    assert response.status_code == 500
    assert response.text == "Exception while executing function: Functions.FailOnTwo"
    assert len(received) == 3


def test_why_a_function_failed_is_a_header_that_every_client_takes(load, monkeypatch):
    monkeypatch.setattr(models.logger, "disabled", True)  # pytest's own workers cannot tell each other such a text
    app, _ = load("""
@app.event_grid_trigger(arg_name="event")
def Fail(event: str):
    raise ValueError("no\\n\\udcffé" + "x" * 200_000)
""")
    with ThreadPoolExecutor(1) as threads:
        response = post(serve(app, threads), [{}], function="Fail")
    assert (response.status_code, response.text) == (500, "Exception while executing function: Functions.Fail")
    assert read_reason(response.headers).startswith("no\n?éxxx") and len(read_reason(response.headers)) == 4_000


def test_a_cloud_event_is_one_invocation(host):
    app, received = host
    assert post(app, {"specversion": "1.0", "id": "ü"}).status_code == 202
    assert [json.loads(text) for text in received] == [{"specversion": "1.0", "id": "ü"}]


@pytest.mark.parametrize("body", [
    "no JSON", "", '"abc"', '["abc"]', "[1]", "null", gzip.compress(b"[{}]", mtime=0), '[{"id": 1}] and more',
    pytest.param('{"a":' * 200 + "1" + "}" * 200, id="too deep"), pytest.param("[" * 100_000, id="far too deep")])
def test_a_body_without_events_calls_no_function(host, body):
    app, received = host
    response = post(app, body)
    assert (response.status_code, response.content, received) == (500, b"", [])


@pytest.mark.parametrize(("body", "text"), [
    ('{"id": "e",}', '{"id":"e"}'), ("[{'id': 'e'}]", '{"id":"e"}'), ('{"id": /* the id */ "e"} // end', '{"id":"e"}'),
    (b'\xef\xbb\xbf{"id": "e"}', '{"id":"e"}'), (b'{"id": "\xff"}', '{"id":"\ufffd"}'), ("{}", "{}")])
def test_the_reader_is_lenient(host, body, text):
    app, received = host
    assert post(app, body).status_code == 202
    assert received == [text]


def test_sixty_levels_are_not_too_deep(host):
    assert post(host[0], '{"a":' * 60 + "1" + "}" * 60).status_code == 202


def test_a_body_may_come_in_parts_and_without_a_type_but_not_as_a_form(host):
    app, received = host

    async def parts():
        yield b'[{"id"'
        yield b': 1}]'

    assert post(app, parts()).status_code == 202
    response = post(app, [{}], **{"content-type": "application/x-www-form-urlencoded"})
    assert (response.status_code, response.content) == (500, b"")
    assert received == ['{"id":1}']


def test_a_body_over_the_limit_is_not_read_to_its_end(host):
    async def parts():
        for _ in range(101):
            yield b" " * 2**20
        pytest.fail("read on")

    response = post(host[0], parts())
    assert (response.status_code, response.headers["connection"]) == (500, "close")


def test_an_empty_array_runs_nothing(host):
    app, received = host
    assert post(app, []).status_code == 202
    assert received == []


def test_the_webhook_cannot_be_read(host):
    response = send(host[0], "GET", WEBHOOK, params={"functionName": "Record", "code": KEY})
    assert (response.status_code, response.content) == (400, b"")


@pytest.mark.parametrize(("event_type", "status_code"), [("Unsubscribe", 202), ("Other", 400), ("", 400)])
def test_only_notifications_run_the_function(host, event_type, status_code):
    app, received = host
    assert post(app, [{}], event_type=event_type).status_code == status_code
    assert received == []


def test_the_validation_code_is_echoed(host):
    response = post(host[0], [{"data": {"validationCode": "42"}}], event_type="SubscriptionValidation")
    assert (response.status_code, response.text) == (200, '{"validationResponse":"42"}')
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert post(host[0], {"data": {"validationCode": "42"}}, event_type="SubscriptionValidation").text == response.text


@pytest.mark.parametrize("body", ["no JSON", [], {}, [{"data": {}}], [1], 1])
def test_a_validation_event_without_a_code_is_an_error(host, body):
    response = post(host[0], body, event_type="SubscriptionValidation")
    assert (response.status_code, response.content) == (500, b"")


def test_cloud_events_are_allowed_from_the_origin_that_asks(host):
    response = send(
        host[0], "OPTIONS", f"{WEBHOOK}?functionName=Record&code={KEY}",
        headers={"WebHook-Request-Origin": "eventgrid.azure.net"})
    assert response.status_code == 200
    assert response.headers["WebHook-Allowed-Origin"] == "eventgrid.azure.net"


@pytest.mark.parametrize("schema", list(EventSchema))
def test_the_local_event_grid_accepts_the_host_as_an_endpoint(host, schema):
    async def validate():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(host[0])) as http:
            url = f"https://host{WEBHOOK}?functionName=Record&code={KEY}"
            await validate_endpoint(http, EventSubscription("runs", url, schema), "/topic", datetime.now(UTC))

    asyncio.run(validate())


def test_the_functions_and_their_bindings_are_listed(host):
    functions = send(host[0], "GET", f"/admin/functions?code={KEY}").json()
    assert [function["name"] for function in functions] == ["Record", "RecordBatch", "Meet", "FailOnTwo", "Tick"]
    assert functions[0]["config"]["bindings"][0]["type"] == "eventGridTrigger"


def test_the_status_is_running(host):
    assert send(host[0], "GET", f"/admin/host/status?code={KEY}").json() == {"state": "Running"}
