"""The REST API of a namespace, over HTTPS, where names of headers keep their case."""
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from local_azure.service_bus.headers import read_properties
from tests.local_azure.service_bus.serving import ENTRA_TOKEN, KEY, KEY_NAME


def receive(client, queue="orders", timeout=0):
    return client.post(f"/{queue}/messages/head", params={"timeout": timeout})


def test_a_message_arrives_as_it_was_sent(client):
    broker = {"MessageId": "m-1", "Label": "L", "CorrelationId": "c"}
    sent = client.post("/orders/messages", content="{\"é\": 1}".encode(), headers={
        "BrokerProperties": json.dumps(broker), "Content-Type": "application/json", "PlanUrl": '"https://a/"',
        "count": "3", "share": "0.5", "isLast": "true", "until": '"Tue, 14 Nov 2023 22:13:20 GMT"', "bare": "word",
        "never": '"Tue, 14 Nov 99999999999 22:13:20 GMT"'})
    assert (sent.status_code, sent.content) == (201, b"")
    answer = receive(client)
    assert (answer.status_code, answer.content) == (201, "{\"é\": 1}".encode())
    assert answer.headers["content-type"] == "application/json"
    properties = read_properties((name.decode(), value.decode()) for name, value in answer.headers.raw)
    assert properties.pop("until").isoformat() == "2023-11-14T22:13:20+00:00"
    assert properties == {"PlanUrl": "https://a/", "count": 3, "share": 0.5, "isLast": True, "bare": "word",
                          "never": "Tue, 14 Nov 99999999999 22:13:20 GMT"}
    received = json.loads(answer.headers["BrokerProperties"])
    assert received | broker == received
    assert (received["DeliveryCount"], received["SequenceNumber"]) == (1, 1)
    assert (received["EnqueuedTimeUtc"], received["LockedUntilUtc"]) == (
        "Mon, 01 Jan 2024 00:00:00 GMT", "Mon, 01 Jan 2024 00:01:00 GMT")


def test_no_message_is_no_content(client):
    assert receive(client).status_code == 204


@pytest.mark.parametrize("timeout", [60, "long", "nan"])
def test_a_receiver_that_waits_gets_the_message_that_comes(client, timeout):
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(receive, client, timeout=timeout)
        client.post("/orders/messages", content=b"late")
        assert waiting.result().content == b"late"


def test_the_location_of_a_message_completes_abandons_and_renews_it(client, clock):
    client.post("/orders/messages", content=b"1")
    location = receive(client).headers["Location"]
    clock.advance(50)
    renewed = client.post(location)
    assert renewed.status_code == 200
    assert json.loads(renewed.headers["BrokerProperties"])["LockedUntilUtc"] == "Mon, 01 Jan 2024 00:01:50 GMT"
    assert client.put(location).status_code == 200
    again = receive(client)
    assert json.loads(again.headers["BrokerProperties"])["DeliveryCount"] == 2
    assert client.delete(location).status_code == 404  # the lock is another one now
    assert client.delete(again.headers["Location"]).status_code == 200
    assert receive(client).status_code == 204


def test_dead_letters_are_a_queue_below_the_queue(client):
    client.post("/orders/messages", content=b"1", headers={"Project": '"p"'})
    for _ in range(2):
        client.put(receive(client).headers["Location"])
    dead = receive(client, "orders/$deadletterqueue")
    assert (dead.content, dead.headers["DeadLetterReason"], dead.headers["Project"]) == (
        b"1", '"MaxDeliveryCountExceeded"', '"p"')
    assert client.delete(dead.headers["Location"]).status_code == 200


def test_a_repeated_id_is_accepted_and_dropped(client):
    for _ in range(2):
        sent = client.post("/orders/messages", headers={"BrokerProperties": '{"MessageId": "m"}'})
        assert sent.status_code == 201
    assert (receive(client).status_code, receive(client).status_code) == (201, 204)


@pytest.mark.parametrize("header", [
    "", "Bearer another", "SharedAccessSignature", "SharedAccessSignature sr=&sig=&se=x&skn=",
    f"SharedAccessSignature sr=https%3A%2F%2F127.0.0.1&sig=&se=9999999999&skn={KEY_NAME}"])
def test_nothing_is_open_without_a_right(client, header):
    answer = client.post("/orders/messages", headers={"Authorization": header})
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (401, "application/xml")


@pytest.mark.parametrize(("path", "key_name", "key", "seconds", "status_code"), [
    ("/orders", KEY_NAME, KEY, 60, 201), ("", KEY_NAME, KEY, 60, 201), ("/", KEY_NAME, KEY, 60, 201),
    ("/ORDERS/messages", KEY_NAME, KEY, 60, 201), ("/order", KEY_NAME, KEY, 60, 401),
    ("/bills", KEY_NAME, KEY, 60, 401), ("/orders", KEY_NAME, KEY, 0, 401), ("/orders", KEY_NAME, "other", 60, 401),
    ("/orders", "other", KEY, 60, 401)])
def test_a_signature_is_good_for_its_resource_key_and_time(client, served, path, key_name, key, seconds, status_code):
    signature = served.signature(path, key_name, key, seconds)
    answer = client.post("/orders/messages", headers={"Authorization": signature})
    assert answer.status_code == status_code


def test_a_signature_may_name_the_scheme_of_connection_strings(client, served):
    served.url = served.url.replace("https", "sb")
    assert client.post("/orders/messages", headers={"Authorization": served.signature()}).status_code == 201


def test_a_token_of_entra_is_as_good(client):
    answer = client.post("/orders/messages", headers={"Authorization": f"Bearer {ENTRA_TOKEN}"})
    assert answer.status_code == 201


@pytest.mark.parametrize("queue", ["bills", "orders/$other"])
def test_a_queue_that_is_not_there_is_gone(client, queue):
    assert client.post(f"/{queue}/messages").status_code == 410


@pytest.mark.parametrize("broker", ["{", "[]", "[" * 20_000])
def test_properties_that_are_no_object_are_refused(client, broker):
    assert client.post("/orders/messages", headers={"BrokerProperties": broker}).status_code == 400


def test_a_message_is_no_larger_than_the_limit(client):
    assert client.post("/orders/messages", content=b"x" * 262_144).status_code == 201
    assert client.post("/orders/messages", content=b"x" * 262_145).status_code == 403
    assert client.post("/orders/messages", headers={"Text": '"' + "x" * 65_536 + '"'}).status_code == 403
