"""Envelopes as OpenCensus builds them, and a store to send them to."""
from datetime import datetime, timezone

import pytest
from opencensus.ext.azure.common.protocol import Data, Envelope

from local_azure.application_insights.models import TelemetryStore

KEY = "11111111-2222-3333-4444-555555555555"
NOW = datetime(2022, 10, 6, 12, tzinfo=timezone.utc)


@pytest.fixture
def key():
    return KEY


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def envelope():
    """Build an envelope around base data; keyword arguments replace the envelope's own fields."""
    def build(base_type: str, base_data: dict, **fields) -> dict:
        default = {"iKey": KEY, "name": "Microsoft.ApplicationInsights.Item", "time": NOW.isoformat(), "tags": {}}
        return Envelope(data=Data(baseType=base_type, baseData=base_data), **(default | fields))
    return build


@pytest.fixture
def trace(envelope):
    def build(message: str = "hello", properties: dict | None = None, **fields) -> dict:
        return envelope("MessageData", {"message": message, "severityLevel": 1, "properties": properties}, **fields)
    return build


@pytest.fixture
def store():
    opened = TelemetryStore(instrumentation_key=KEY)
    yield opened
    opened.close()
