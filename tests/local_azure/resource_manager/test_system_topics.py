"""What Resource Manager and Azure Monitor tell of the workspace's system topic."""
from dataclasses import dataclass

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from local_azure.event_grid.models import DeliveryCounters, EventSubscription
from local_azure.resource_manager.system_topics import SystemTopics, topic_id


@dataclass
class Delivery:
    subscriptions: dict
    counters: dict


@pytest.fixture
def client(sample_workspace):
    delivery = Delivery({"one": EventSubscription("one", "https://host")},
                        {"one": DeliveryCounters(5, 4, 3, 2, 1), "two": DeliveryCounters(5)})
    topics = SystemTopics(sample_workspace, lambda: delivery, lambda token: token == "token")
    return TestClient(Starlette(routes=topics.routes()), headers={"Authorization": "Bearer token"})


def test_a_subscription_is_told_by_its_name(client, sample_workspace):
    path = f"{topic_id(sample_workspace)}/eventSubscriptions/one"
    found = client.get(path).json()
    assert (found["id"], found["properties"]["provisioningState"]) == (path, "Succeeded")


@pytest.mark.parametrize("path", ["{topic}/eventSubscriptions/two", "{topic}-2/eventSubscriptions/one",
                                  "{topic}-2/providers/Microsoft.Insights/metrics"])
def test_what_is_not_there_is_not_found(client, sample_workspace, path):
    answer = client.get(path.format(topic=topic_id(sample_workspace)))
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ResourceNotFound")


def test_metrics_are_of_one_subscription_or_of_all(client, sample_workspace):
    path = f"{topic_id(sample_workspace)}/providers/Microsoft.Insights/metrics"
    names = {"metricnames": "PublishSuccessCount,DeadLetteredCount"}
    one = client.get(path, params={**names, "$filter": "EventSubscriptionName eq 'one'"}).json()["value"]
    assert [(metric["name"]["value"], metric["timeseries"]) for metric in one] == [
        ("PublishSuccessCount", [{"data": [{"total": 5.0}]}]), ("DeadLetteredCount", [{"data": [{"total": 1.0}]}])]
    assert [len(metric["timeseries"]) for metric in client.get(path, params=names).json()["value"]] == [2, 2]
    assert client.get(path, params={"metricnames": "Nothing"}).status_code == 400


@pytest.mark.parametrize("header", ["", "Bearer another"])
def test_a_valid_token_is_needed(client, sample_workspace, header):
    for path in ("eventSubscriptions/one", "providers/Microsoft.Insights/metrics"):
        assert client.get(f"{topic_id(sample_workspace)}/{path}", headers={"Authorization": header}).status_code == 401
