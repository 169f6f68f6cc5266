"""The requests that deliver events."""
import json

import pytest

from local_azure.event_grid.events import EventSchema, PublishedEvent
from local_azure.event_grid.models import EventSubscription
from local_azure.event_grid.notifications import compose
from local_azure.event_grid.retries import Attempt, PendingEvent


def subscription(schema, **settings):
    return EventSubscription("my-Runs", "https://here", schema, **settings)


@pytest.mark.parametrize("batch_size", [1, 10])
def test_the_event_grid_schema_is_always_an_array(grid_event, grid_body, batch_size):
    wanted = subscription(EventSchema.EVENT_GRID, max_events_per_batch=batch_size)
    notification = compose(wanted, [PendingEvent(grid_event)])
    assert json.loads(notification.body) == [grid_body]
    assert notification.headers == {
        "Content-Type": "application/json; charset=utf-8", "aeg-event-type": "Notification",
        "aeg-subscription-name": "MY-RUNS", "aeg-delivery-count": "0", "aeg-data-version": "",
        "aeg-metadata-version": "1"}


def test_a_cloud_event_is_an_object_unless_batches_are_asked_for(cloud_event, cloud_body):
    single = compose(subscription(EventSchema.CLOUD_EVENTS), [PendingEvent(cloud_event)])
    assert json.loads(single.body) == cloud_body
    assert single.headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
    assert single.headers["aeg-metadata-version"] == "1.0"
    batch = compose(subscription(EventSchema.CLOUD_EVENTS, max_events_per_batch=2), [PendingEvent(cloud_event)])
    assert json.loads(batch.body) == [cloud_body]
    assert batch.headers["Content-Type"] == "application/cloudevents-batch+json; charset=utf-8"


def test_the_delivery_count_is_the_number_of_earlier_attempts(grid_event, published_at):
    tried = PendingEvent(grid_event, (Attempt.answered(published_at, 500),) * 2)
    headers = compose(
        subscription(EventSchema.EVENT_GRID, max_events_per_batch=2), [PendingEvent(grid_event), tried]).headers
    assert headers["aeg-delivery-count"] == "2"


def test_the_subscriptions_own_headers_are_sent(grid_event):
    wanted = subscription(EventSchema.EVENT_GRID, delivery_headers={"x-functions-key": "secret"})
    assert compose(wanted, [PendingEvent(grid_event)]).headers["x-functions-key"] == "secret"


def test_a_data_version_that_is_no_header_value_is_replaced(grid_body, published_at):
    event = PublishedEvent(grid_body | {"dataVersion": "ü1"}, EventSchema.EVENT_GRID, published_at)
    assert compose(subscription(EventSchema.EVENT_GRID), [PendingEvent(event)]).headers["aeg-data-version"] == "?1"
