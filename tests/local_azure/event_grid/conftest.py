"""The sample events that the tests of the local Event Grid publish."""
import json
from datetime import UTC, datetime

import pytest

from local_azure.event_grid.events import EventSchema, PublishedEvent


@pytest.fixture
def published_at():
    return datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def grid_body(data_folder):
    """A RunCompleted event in the Event Grid schema."""
    [event] = json.loads((data_folder / "events" / "event_grid_run_completed.json").read_text())
    return event


@pytest.fixture
def cloud_body(data_folder):
    """A RunStatusChanged event in the CloudEvents schema."""
    return json.loads((data_folder / "events" / "cloud_event_run_status_changed.json").read_text())


@pytest.fixture
def grid_event(grid_body, published_at):
    return PublishedEvent(grid_body, EventSchema.EVENT_GRID, published_at)


@pytest.fixture
def cloud_event(cloud_body, published_at):
    return PublishedEvent(cloud_body, EventSchema.CLOUD_EVENTS, published_at)
