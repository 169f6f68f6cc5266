"""A task that publishes to Service Bus: from the pipeline to whoever reads the queue."""
import json

import httpx
import pytest

from local_azure.certificates import trust
from local_azure.devops.agentless_task import ServiceBusTask
from local_azure.service_bus.data_contract import unwrap
from local_azure.service_bus.models import QueueSettings
from tests.local_azure.service_bus.serving import ServedNamespace


@pytest.fixture
def served(certificates, clock):
    with ServedNamespace(certificates, clock, QueueSettings("notebooks")) as served:
        yield served


@pytest.fixture
def open_task(certificates, organization, served):
    with httpx.Client(verify=trust(certificates.authority), trust_env=False) as http:
        yield lambda queue="notebooks": ServiceBusTask(
            organization, "https://devops/org/", f"{served.url}/{queue}", lambda _: served.signature(), http)


def test_the_message_has_the_body_and_the_ids_of_the_plan(open_task, served, organization):
    plan = open_task().start("sales", '{"rp.notebooks": "é.ipynb"}')
    message = served.queue.lock_next().message
    assert json.loads(unwrap(message.body)) == {"rp.notebooks": "é.ipynb"}
    assert message.properties == plan.properties("https://devops/org/")
    assert organization.plans.find(plan.plan_id) is plan
    assert organization.allows(f"Bearer {message.properties['AuthToken']}")


def test_the_body_is_not_wrapped_where_the_task_is_told_so(open_task, served):
    open_task().start("sales", "{}", use_data_contract_serializer=False)
    assert served.queue.lock_next().message.body == b"{}"


@pytest.mark.parametrize(("queue", "body", "error"), [
    ("notebooks", "x" * 5_001, ValueError), ("none", "{}", httpx.HTTPStatusError)])
def test_a_message_that_is_not_sent_starts_no_plan(open_task, organization, queue, body, error):
    with pytest.raises(error):
        open_task(queue).start("sales", body)
    assert list(organization.plans) == []
