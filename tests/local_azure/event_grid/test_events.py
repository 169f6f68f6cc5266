"""Events in both schemas, and the translation between them."""
from datetime import UTC, datetime

from local_azure.event_grid.events import EventSchema, PublishedEvent, wire_time


def test_an_event_in_the_wanted_schema_stays_as_it_is(grid_event, cloud_event):
    assert grid_event.translate(EventSchema.EVENT_GRID) == grid_event.body
    assert cloud_event.translate(EventSchema.CLOUD_EVENTS) == cloud_event.body


def test_the_event_grid_schema_becomes_a_cloud_event(grid_event, grid_body):
    assert grid_event.translate(EventSchema.CLOUD_EVENTS) == {
        "specversion": "1.0", "id": grid_body["id"], "source": grid_body["topic"], "subject": grid_body["subject"],
        "type": grid_body["eventType"], "time": grid_body["eventTime"], "data": grid_body["data"]}


def test_a_cloud_event_becomes_the_event_grid_schema(cloud_event, cloud_body):
    assert cloud_event.translate(EventSchema.EVENT_GRID) == {
        "id": cloud_body["id"], "topic": cloud_body["source"], "subject": cloud_body["subject"],
        "eventType": cloud_body["type"], "eventTime": cloud_body["time"], "data": cloud_body["data"],
        "dataVersion": "", "metadataVersion": "1"}


def test_what_a_cloud_event_may_leave_out_is_filled_in(published_at):
    bare = {"specversion": "1.0", "id": "1", "source": "/here", "type": "Happened"}
    translated = PublishedEvent(bare, EventSchema.CLOUD_EVENTS, published_at).translate(EventSchema.EVENT_GRID)
    assert (translated["subject"], translated["data"]) == ("", None)
    assert translated["eventTime"] == "2024-01-01T00:00:00.0000000Z"


def test_times_are_written_with_seven_digits():
    assert wire_time(datetime(2020, 8, 13, 17, 18, 14, 26575, tzinfo=UTC)) == "2020-08-13T17:18:14.0265750Z"
