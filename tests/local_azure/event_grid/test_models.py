"""What the topic takes in and refuses, and what a subscription accepts and matches."""
import json

import pytest

from local_azure.event_grid.events import EventSchema
from local_azure.event_grid.filters import EventFilter
from local_azure.event_grid.models import (
    MAX_REQUEST_BYTES, DeliveryCounters, EventSubscription, PublishError, Topic)

TOPIC = Topic(key="secret", resource_id="/subscriptions/s/workspaces/w")


def accept(body, published_at, key="secret", content_type="application/json; charset=utf-8"):
    return TOPIC.accept(key, content_type, body if isinstance(body, bytes) else json.dumps(body).encode(), published_at)


def refusal(*arguments, **options):
    with pytest.raises(PublishError) as caught:
        accept(*arguments, **options)
    return caught.value


def test_events_keep_their_fields_and_get_a_metadata_version(grid_body, published_at):
    del grid_body["metadataVersion"]
    [event] = accept([grid_body], published_at)
    assert event.body == grid_body | {"metadataVersion": "1"}
    assert (event.schema, event.published_at) == (EventSchema.EVENT_GRID, published_at)


@pytest.mark.parametrize("absent", ["missing", None, ""])
def test_an_event_without_a_topic_is_stamped_with_the_topics_id(grid_body, published_at, absent):
    del grid_body["topic"]
    if absent != "missing":
        grid_body["topic"] = absent
    [event] = accept([grid_body], published_at)
    assert event.body["topic"] == "/subscriptions/s/workspaces/w"


@pytest.mark.parametrize("content_type", [
    "application/cloudevents-batch+json; charset=utf-8", "APPLICATION/CLOUDEVENTS-BATCH+JSON"])
def test_a_batch_of_cloud_events_is_known_by_its_content_type(cloud_body, published_at, content_type):
    events = accept([cloud_body, cloud_body], published_at, content_type=content_type)
    assert [(event.body, event.schema) for event in events] == [(cloud_body, EventSchema.CLOUD_EVENTS)] * 2


def test_a_single_cloud_event_is_an_object(cloud_body, published_at):
    [event] = accept(cloud_body, published_at, content_type="application/cloudevents+json")
    assert event.body == cloud_body


@pytest.mark.parametrize("key", [None, "", "wrong", "schlüssel"])
def test_a_wrong_key_is_unauthorized(grid_body, published_at, key):
    error = refusal([grid_body], published_at, key=key)
    assert (error.status_code, error.body["error"]["code"]) == (401, "Unauthorized")


def test_one_megabyte_is_accepted_and_one_byte_more_is_not(grid_body, published_at):
    body = json.dumps([grid_body]).encode()
    padding = b" " * (MAX_REQUEST_BYTES - len(body))
    assert len(accept(body + padding, published_at)) == 1
    assert refusal(body + padding + b" ", published_at).status_code == 413


@pytest.mark.parametrize("body", [
    b"{", b"", b"\xff", pytest.param(b"[" * 100_000, id="too deep"), {"id": "1"}, "text", 1, None, ["text"], [[]]])
def test_anything_but_an_array_of_objects_is_a_bad_request(published_at, body):
    error = refusal(body, published_at)
    assert error.status_code == 400
    assert error.body["error"]["code"] == "BadRequest"
    assert error.body["error"]["details"] == [{"code": "InputJsonInvalid", "message": str(error)}]


@pytest.mark.parametrize("name", ["id", "subject", "eventType", "eventTime", "data", "dataVersion"])
def test_a_missing_field_is_named(grid_body, published_at, name):
    broken = {key: value for key, value in grid_body.items() if key != name}
    error = refusal([grid_body, broken], published_at)
    assert error.status_code == 400
    assert "Event 1" in str(error) and str(error).endswith(f" {name}.")


@pytest.mark.parametrize("name", ["id", "source", "type", "specversion"])
def test_a_missing_attribute_of_a_cloud_event_is_named(cloud_body, published_at, name):
    del cloud_body[name]
    error = refusal([cloud_body], published_at, content_type="application/cloudevents-batch+json")
    assert error.status_code == 400 and str(error).endswith(f" {name}.")


def test_a_field_of_the_wrong_type_is_refused(grid_body, published_at):
    assert refusal([grid_body | {"eventType": ["a"], "dataVersion": 1}], published_at).status_code == 400


def test_data_may_be_null(grid_body, published_at):
    assert accept([grid_body | {"data": None}], published_at)[0].body["data"] is None


def test_a_subscription_without_a_filter_wants_all_events(grid_event, cloud_event):
    subscription = EventSubscription("all", "https://here")
    assert subscription.matches(grid_event) and subscription.matches(cloud_event)


def test_a_subscription_wants_what_its_filter_lets_pass(grid_event, cloud_event):
    completed = EventFilter(frozenset({"Microsoft.MachineLearningServices.RunCompleted"}))
    subscription = EventSubscription("completed", "https://here", filter=completed)
    assert subscription.matches(grid_event) and not subscription.matches(cloud_event)


@pytest.mark.parametrize(("name", "value"), [
    ("max_events_per_batch", 0), ("max_events_per_batch", 5001), ("max_delivery_attempts", 0),
    ("max_delivery_attempts", 31), ("event_time_to_live_minutes", 0), ("event_time_to_live_minutes", 1441)])
def test_numbers_out_of_azures_range_are_refused(name, value):
    with pytest.raises(ValueError, match=name):
        EventSubscription("s", "https://here", **{name: value})


def test_an_unknown_schema_is_refused():
    with pytest.raises(ValueError, match="CustomInputSchema"):
        EventSubscription("s", "https://here", "CustomInputSchema")


def test_an_event_is_pending_until_it_is_delivered_dead_lettered_or_dropped():
    assert DeliveryCounters(published=9, matched=8, delivered=3, retried=5, dead_lettered=2, dropped=1).pending == 2
