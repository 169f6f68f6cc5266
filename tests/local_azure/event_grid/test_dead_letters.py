"""The dead letters' path and content."""
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from local_azure.event_grid.dead_letters import blob_path, describe, write_dead_letter
from local_azure.event_grid.events import EventSchema
from local_azure.event_grid.models import EventSubscription
from local_azure.event_grid.retries import Attempt, PendingEvent


def tried_twice(event, *last):
    first_at = event.published_at
    return PendingEvent(event, (Attempt.answered(first_at, 500), Attempt(first_at + timedelta(seconds=10), *last)))


def test_the_path_has_the_name_in_upper_case_and_no_leading_zeros():
    blob_id = UUID(int=1)
    assert blob_path("my-Subscription", datetime(2019, 8, 7, 5, tzinfo=UTC), blob_id) == Path(
        f"MY-SUBSCRIPTION/2019/8/7/5/{blob_id}.json")


def test_the_event_grid_schema_gets_the_history_in_camel_case(grid_event, grid_body):
    letter = describe(tried_twice(grid_event, "NotFound", 404), "MaxDeliveryAttemptsExceeded", EventSchema.EVENT_GRID)
    assert letter == grid_body | {
        "deadLetterReason": "MaxDeliveryAttemptsExceeded", "deliveryAttempts": 2, "lastDeliveryOutcome": "NotFound",
        "lastHttpStatusCode": 404, "publishTime": "2024-01-01T00:00:00.0000000Z",
        "lastDeliveryAttemptTime": "2024-01-01T00:00:10.0000000Z"}


def test_cloud_events_get_the_history_in_lower_case(cloud_event, cloud_body):
    letter = describe(tried_twice(cloud_event, "TimedOut"), "TimeToLiveExceeded", EventSchema.CLOUD_EVENTS)
    assert letter == cloud_body | {
        "deadletterreason": "TimeToLiveExceeded", "deliveryattempts": 2, "lastdeliveryoutcome": "TimedOut",
        "publishtime": "2024-01-01T00:00:00.0000000Z", "lastdeliveryattempttime": "2024-01-01T00:00:10.0000000Z"}


def test_an_event_that_was_never_tried_has_no_last_attempt(grid_event, grid_body):
    assert describe(PendingEvent(grid_event), "TimeToLiveExceeded", EventSchema.EVENT_GRID) == grid_body | {
        "deadLetterReason": "TimeToLiveExceeded", "deliveryAttempts": 0, "publishTime": "2024-01-01T00:00:00.0000000Z"}


def test_a_dead_letter_is_kept_in_the_schema_of_the_subscription(tmp_path, grid_event, published_at):
    subscription = EventSubscription("runs", "https://here", EventSchema.CLOUD_EVENTS)
    pending = PendingEvent(grid_event)
    file = write_dead_letter(tmp_path / "letters", subscription, pending, "TimeToLiveExceeded", published_at)
    assert file.parent == tmp_path / "letters/RUNS/2024/1/1/0"
    [letter] = json.loads(file.read_text())
    assert (letter["specversion"], letter["deadletterreason"]) == ("1.0", "TimeToLiveExceeded")
