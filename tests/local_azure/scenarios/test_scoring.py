"""The sample's scoring service: the same every time, of the last days, and told as the inference server tells it."""
import json
from datetime import UTC, datetime, timedelta

from local_azure.scenarios.scoring import scoring_items

NOW = datetime(2024, 3, 1, 18, tzinfo=UTC)


def test_items_are_the_same_every_time_and_end_within_the_last_day():
    items = scoring_items(NOW, "key")
    assert items == scoring_items(NOW, "key")
    times = [datetime.fromisoformat(item["time"]) for item in items]
    assert times == sorted(times)
    assert timedelta(0) <= NOW - times[-1] < timedelta(days=1)


def test_a_request_that_succeeded_has_its_line_and_columns_never_say_more_than_success():
    data = [item["data"] for item in scoring_items(NOW, "key")]
    requests = [one["baseData"] for one in data if one["baseType"] == "RequestData"]
    lines = {json.loads(one["baseData"]["message"])["RequestId"] for one in data if one["baseType"] == "MessageData"}
    assert {one["responseCode"] for one in requests} == {"0"}
    assert {one["properties"]["resultCode"] for one in requests} == {"200", "400", "500"}
    assert lines == {one["properties"]["Client Request Id"] for one in requests
                     if one["properties"]["resultCode"] == "200"}
