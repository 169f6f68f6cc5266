"""What a function receives of a message: row by row as Microsoft's host was measured."""
from datetime import UTC, datetime

import pytest

from local_azure.service_bus.data_contract import wrap

SOURCE = """
import threading
arrived = threading.Semaphore(0)

@app.service_bus_queue_trigger(arg_name="message", connection="Bus", queue_name="orders"%s)
def Take(message%s):
    received.append(message)
    arrived.release()
"""
BINARY = ", data_type=func.DataType.BINARY"


@pytest.fixture
def receive(load, listen, arrived, served, client):
    """What the function has in hands of a message that is sent so."""
    def send_and_receive(body=b"", headers=(), annotation=": func.ServiceBusMessage", data_type=""):
        app, _ = load(SOURCE % (data_type, annotation))
        client.post("/orders/messages", content=body, headers=dict(headers)).raise_for_status()
        return listen(app, {"Bus": served.connection_string}, arrived)[0]

    return send_and_receive


@pytest.mark.parametrize(("body", "received"), [
    ("é火".encode(), "é火"), (b'{"a": 1}', '{"a": 1}'), (b"", ""), (b"\xef\xbb\xbfa", "\ufeffa"),
    (b"x" * 200_000, "x" * 200_000), (wrap('{"é": 1}'), '{"é": 1}'), (b"\xff!", "\ufffd!")])
def test_a_body_is_a_text(receive, body, received):
    assert receive(body).get_body().decode() == received


@pytest.mark.parametrize("body", [b"\xff!", wrap("text"), b""])
def test_a_binary_body_is_exact(receive, body):
    assert receive(body, data_type=BINARY).get_body() == body


def test_a_parameter_of_bytes_receives_the_body_and_one_of_str_its_text(receive):
    assert receive(b"\xff", annotation=": bytes") == b"\xff"
    assert receive(wrap("é"), annotation=": str") == "é"


def test_a_parameter_without_annotation_receives_a_message(receive):
    assert receive(b"a", annotation="").get_body() == b"a"


def test_the_messages_own_metadata(receive):
    message = receive(b"a", {"BrokerProperties": '{"MessageId": "m", "Label": "l", "CorrelationId": "c"}',
                             "Content-Type": "text/plain"})
    assert (message.message_id, message.delivery_count, message.sequence_number) == ("m", 1, 1)
    assert (message.subject, message.correlation_id, message.content_type) == ("l", "c", "text/plain")
    assert isinstance(message.lock_token, str) and message.enqueued_time_utc.tzinfo is None
    assert abs(message.enqueued_time_utc - datetime.now(UTC).replace(tzinfo=None)).total_seconds() < 3600
    assert message.time_to_live is message.state is message.scheduled_enqueue_time_utc is message.session_id is None


def test_properties_of_the_application_keep_their_types(receive):
    message = receive(b"a", {"PlanUrl": '"https://a"', "count": "3", "isLast": "true", "share": "0.5", "none": "null",
                             "until": '"Tue, 14 Nov 2023 22:13:20 GMT"'})
    assert message.application_properties == {
        "PlanUrl": "https://a", "count": 3, "isLast": True, "share": 0.5, "none": None, "until": "2023-11-14T22:13:20Z"}


@pytest.mark.parametrize(("body", "field", "value"), [
    (b'{"MessageId": "x"}', "message_id", "x"), (b'{"DELIVERYCOUNT": 99}', "delivery_count", 99),
    (b'{"subject": "s"}', "subject", "s"), (b'{"applicationProperties": {"PlanUrl": "bad"}}', "application_properties",
                                            {"PlanUrl": "bad"})])
def test_fields_of_a_json_body_take_the_place_of_metadata(receive, body, field, value):
    assert getattr(receive(body), field) == value


@pytest.mark.parametrize("body", [b'[{"MessageId": "x"}]', b'"MessageId"', b'{"MessageId": "x"'])
def test_other_bodies_leave_it_alone(receive, body):
    assert receive(body).message_id != "x"


def test_a_body_that_is_read_as_binary_leaves_it_alone(receive):
    message = receive(b'{"MessageId": "x", "applicationProperties": "text"}', {"Plan": '"p"'}, data_type=BINARY)
    assert (message.message_id != "x", message.application_properties) == (True, {"Plan": "p"})


@pytest.mark.parametrize("body", [
    b'{"deliveryCount": "abc"}', b'{"enqueuedTimeUtc": "soon"}', b'{"applicationProperties": "text"}'])
def test_metadata_that_cannot_be_converted_is_a_dead_letter_and_no_call(load, listen, served, client, body):
    app, received = load(SOURCE % ("", ": func.ServiceBusMessage"))
    client.post("/orders/messages", content=body)
    dead = listen(app, {"Bus": served.connection_string},
                  lambda: client.post("/orders/$deadletterqueue/messages/head"))
    assert (dead.content, received) == (body, [])
