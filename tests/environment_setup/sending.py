"""Records on their way into a local Application Insights, at a time of the test's choice."""
from collections.abc import Mapping
from datetime import datetime

from opencensus.ext.azure.common.protocol import Data, Envelope, Message

from local_azure.application_insights.models import TelemetryStore

KEY = "11111111-2222-3333-4444-555555555555"


def send(store: TelemetryStore, time: datetime, dimensions: Mapping[str, str], message: str = "{}") -> None:
    """One record, accepted at the time at which it was sent."""
    envelope = Envelope(
        iKey=KEY, name="Microsoft.ApplicationInsights.Message", time=time.isoformat(), tags={},
        data=Data(baseType="MessageData", baseData=Message(message=message, properties=dict(dimensions))))
    assert store.accept([envelope], time).errors == ()
