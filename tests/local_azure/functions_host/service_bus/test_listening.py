"""How messages are taken, held and settled: row by row as Microsoft's host was measured."""
import json
import logging
import sys
import threading

import pytest
from starlette.applications import Starlette

from local_azure.functions_host.models import FunctionLoadError
from local_azure.functions_host.service_bus.settings import ListenerSettings, read_settings
from local_azure.identity.models import TokenIssuer
from local_azure.identity.routes import routes as identity_routes
from local_azure.service_bus.authorization import RESOURCE
from local_azure.service_bus.models import Message
from local_azure.serving import ServerThread, open_socket, url_of
from tests.local_azure.functions_host.service_bus.conftest import WAIT_SECONDS

TRIGGER = '@app.service_bus_queue_trigger(arg_name="message", connection="Bus", queue_name="orders"%s)'
HEAD = """
import threading
arrived, go_on = threading.Semaphore(0), threading.Event()
"""
TAKE = HEAD + TRIGGER + """
def Take(message: func.ServiceBusMessage):
    received.append(message.delivery_count)
    arrived.release()
    %s
"""
MESSAGE = Message(b"", "m")
DEAD_LETTERS = "/orders/$deadletterqueue/messages/head"


def take(then="pass", more=""):
    return TAKE % (more, then)


def next_answer(served, is_wanted):
    """Returns when the namespace has given such an answer."""
    while not is_wanted(*served.answers.get(timeout=WAIT_SECONDS)):
        pass


def module():
    return sys.modules["function_app"]


@pytest.fixture
def settings(served):
    return {"Bus": served.connection_string}


@pytest.fixture
def send(client):
    def post(count=1, path="/orders/messages"):
        for _ in range(count):
            client.post(path).raise_for_status()

    return post


@pytest.fixture
def load_with(load, tmp_path):
    """Loads an app with these settings of Service Bus in host.json."""
    def load_app(source, **service_bus):
        content = {"version": "2.0", "extensions": {"serviceBus": service_bus}}
        (tmp_path / "host.json").write_text(json.dumps(content))
        return load(source)[0]

    return load_app


@pytest.fixture
def watch_log():
    """Calls this with every record of the listener."""
    logger, filters = logging.getLogger("local_azure.functions_host.service_bus.listener"), []

    def watch(see):
        filters.append(lambda record: (see(record), True)[1])
        logger.addFilter(filters[-1])

    yield watch
    for each in filters:
        logger.removeFilter(each)


def test_a_function_that_returns_completes_its_message(load, listen, arrived, served, settings, send):
    app, received = load(take())
    send(3)
    listen(app, settings, lambda: arrived(3))
    assert (received, len(served.queue)) == ([1, 1, 1], 0)


def test_a_function_that_raises_gets_the_message_again_at_once_until_it_is_a_dead_letter(
        load, listen, client, settings, send):
    app, received = load(take('raise ValueError("no")'))
    send()
    dead = listen(app, settings, lambda: client.post(DEAD_LETTERS))
    assert (received, json.loads(dead.headers["DeadLetterReason"])) == ([1, 2, 3], "MaxDeliveryCountExceeded")


def test_a_lock_is_renewed_while_the_function_runs(load, listen, arrived, open_namespace, certificates):
    served = open_namespace(lock_seconds=1)
    app, received = load(take(f"go_on.wait({WAIT_SECONDS})"))
    served.queue.send(MESSAGE)

    def watch():
        arrived()
        for _ in range(3):  # by the third the first lock is over
            next_answer(served, lambda method, last, status: (method, status) == ("POST", 200))
        module().go_on.set()

    listen(app, {"Bus": served.connection_string}, watch)
    assert (received, len(served.queue)) == ([1], 0)


def test_a_function_that_outlives_the_renewals_gets_the_message_beside_itself_and_cannot_complete_it(
        load_with, listen, arrived, open_namespace, caplog):
    served = open_namespace(lock_seconds=1)
    app = load_with(HEAD + TRIGGER % "" + f"""
def Take(message: func.ServiceBusMessage):
    received.append(message.delivery_count)
    arrived.release()
    if message.delivery_count == 1:
        go_on.wait({WAIT_SECONDS})
    else:
        go_on.set()
""", maxAutoLockRenewalDuration="00:00:00")
    served.queue.send(MESSAGE)
    listen(app, {"Bus": served.connection_string}, lambda: arrived(2))
    assert (module().received, len(served.queue)) == ([1, 2], 0)
    assert "is not settled and will come again" in caplog.text


def test_a_function_over_its_time_gives_the_message_back_and_ends_the_worker(
        load, tmp_path, listen, arrived, served, settings, send):
    (tmp_path / "host.json").write_text('{"version": "2.0", "functionTimeout": "00:00:00.2"}')
    app, received = load(take(f"go_on.wait({WAIT_SECONDS}) if message.delivery_count == 1 else None"))
    restarts = []

    def restart():
        restarts.append(len(served.queue))
        module().go_on.set()

    send()
    listen(app, settings, lambda: arrived(2), restart=restart)
    assert (received, restarts) == ([1, 2], [1])


@pytest.mark.parametrize(("then", "ending"), [("pass", "returns"), ("raise ValueError()", "raises")])
def test_nothing_settles_the_message_of_a_function_that_does_it_itself(
        load, listen, arrived, served, settings, send, then, ending):
    app, received = load(take(then, ", auto_complete_messages=False"))
    send()
    listen(app, settings, arrived)
    assert (received, len(served.queue), served.queue.lock_next()) == ([1], 1, None)


def test_auto_complete_in_host_json_is_not_heeded(load_with, listen, arrived, served, settings, send):
    app = load_with(take(), autoCompleteMessages=False)
    send()
    listen(app, settings, arrived)
    assert len(served.queue) == 0


@pytest.mark.parametrize(("service_bus", "held"), [
    ({"maxConcurrentCalls": 2}, 2), ({"maxConcurrentCalls": 1, "prefetchCount": 2}, 3)])
def test_so_many_messages_are_held_however_few_run(load_with, listen, arrived, served, settings, send, service_bus,
                                                   held):
    app = load_with(take(f"go_on.wait({WAIT_SECONDS})"), **service_bus)
    send(held + 1)

    def watch():
        for _ in range(held):
            next_answer(served, lambda method, last, status: (last, status) == ("head", 201))
        arrived()
        assert len(served.queue) == held + 1 and served.queue.lock_next()  # one was left
        assert len(module().received) == 1  # there is one thread
        module().go_on.set()
        arrived(held - 1)

    listen(app, settings, watch, threads=1)


def test_the_settings_have_the_hosts_defaults():
    assert read_settings({}) == ListenerSettings() and ListenerSettings().most_calls >= 16
    assert read_settings({"extensions": {"serviceBus": {
        "maxAutoLockRenewalDuration": "00:02:30", "maxConcurrentCalls": 4, "prefetchCount": 8}}}) == ListenerSettings(
            4, 8, 150)


def test_a_function_for_many_messages_a_call_cannot_be_loaded(load):
    with pytest.raises(FunctionLoadError, match="one message a call"):
        load(take(more=', cardinality="many"'))


def test_a_function_of_another_kind_of_parameter_cannot_be_loaded(load):
    with pytest.raises(FunctionLoadError, match="cannot be bound"):
        load(take().replace(": func.ServiceBusMessage", ": dict"))


def test_an_identity_receives_with_a_token_for_service_bus(
        load, listen, arrived, certificates, trusted, open_namespace, monkeypatch):
    issuer = TokenIssuer("the-header")
    servers, opened = ServerThread(certificates), open_socket("identity", 0)
    servers.serve({opened: Starlette(routes=identity_routes(issuer))})
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{url_of(opened)}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "the-header")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.authority))
    asked = []
    served = open_namespace(is_valid=lambda token: asked.append(token) or issuer.is_valid(token, RESOURCE))
    app, received = load(take())
    served.queue.send(MESSAGE)
    try:
        listen(app, {"Bus__fullyQualifiedNamespace": served.url.removeprefix("https://"),
                     "Bus__credential": "managedidentity", "Bus__clientId": "user-assigned"}, arrived)
    finally:
        servers.close()
    assert (received, len(served.queue), bool(asked)) == ([1], 0, True)


@pytest.mark.parametrize(("settings_of_it", "reason"), [
    ({}, "Service Bus connection 'Other' does not exist"),
    ({"Other": "Endpoint=sb://a/"}, "lacks 'sharedaccesskeyname'"),
    ({"Other": "Endpoint=sb://a/;SharedAccessKeyName=a;SharedAccessKey=b"}, "'%QUEUE%' does not resolve")])
def test_a_function_without_its_settings_does_not_listen_and_the_others_do(
        load, listen, arrived, settings, send, caplog, settings_of_it, reason):
    app, received = load(take() + """
@app.service_bus_queue_trigger(arg_name="message", connection="Other", queue_name="%QUEUE%")
def TakeOther(message: func.ServiceBusMessage):
    pass
""")
    send()
    listen(app, settings | settings_of_it, arrived)
    assert received == [1]
    [error] = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert error.startswith("The listener for function 'Functions.TakeOther' was unable to start") and reason in error


@pytest.mark.parametrize("switch", ["true", "1", "True"])
def test_a_function_that_is_switched_off_does_not_listen(load, listen, arrived, settings, send, served, switch):
    app, received = load(take() + take().replace("Take", "TakeNever").replace('"orders"', '"%QUEUE%"'))
    send()
    listen(app, settings | {"AzureWebJobs.TakeNever.Disabled": switch}, arrived)
    assert received == [1]


def test_the_name_of_a_queue_may_be_a_setting(load, listen, arrived, settings, send):
    app, received = load(take().replace('"orders"', '"%QUEUE%"'))
    send()
    listen(app, settings | {"QUEUE": "orders"}, arrived)
    assert received == [1]


def test_a_broker_that_is_not_there_yet_is_waited_for_quietly(load, listen, arrived, open_namespace, caplog, watch_log):
    with open_socket("service_bus", 0) as reserved:
        port = reserved.getsockname()[1]
    caplog.set_level(logging.INFO)
    waits = threading.Event()
    watch_log(lambda record: waits.set())
    app, received = load(take())

    def watch():
        assert waits.wait(WAIT_SECONDS)
        served = open_namespace(port)
        served.queue.send(MESSAGE)
        arrived()

    key = "SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=the-key="
    listen(app, {"Bus": f"Endpoint=sb://127.0.0.1:{port}/;{key}"}, watch)
    assert received == [1]
    assert {record.levelno for record in caplog.records if "waits for its queue" in record.getMessage()} == {
        logging.INFO}


@pytest.mark.parametrize(("connection", "queue", "status_code"), [
    ("{connection}", "bills", 410), ("{connection}x", "orders", 401)])
def test_a_wrong_queue_or_key_is_a_loud_error(
        load, listen, settings, caplog, watch_log, connection, queue, status_code):
    app, _ = load(take().replace('"orders"', f'"{queue}"'))
    told = threading.Event()
    watch_log(lambda record: record.levelno == logging.ERROR and told.set())
    listen(app, {"Bus": connection.format(connection=settings["Bus"])}, lambda: told.wait(WAIT_SECONDS))
    assert f"answers {status_code}" in caplog.text
