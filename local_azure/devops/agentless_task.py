"""The agentless task that publishes to Service Bus, as the tasks `PublishToAzureServiceBus` 1 and 2 do.

It sends the body that the pipeline's author wrote, wrapped in .NET's binary XML unless told not to, with its ids and
its token as application properties. A job that waits for completion is over when somebody sends its event.
"""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import httpx

from local_azure.devops.models import Organization
from local_azure.devops.plans import Plan
from local_azure.service_bus.data_contract import wrap
from local_azure.service_bus.headers import write_properties

TASK_NAME = "PublishToAzureServiceBus"
MOST_CHARACTERS = 5_000
"""Of a body."""
_TOKEN_HOURS = 24


@dataclass(frozen=True, slots=True)
class ServiceBusTask:
    """`queue_url` is the queue's in its namespace, `authorize` makes the header for it, `plan_url` is the
    organisation's, with a slash at the end as it comes in Azure; `http` trusts the namespace."""

    organization: Organization
    plan_url: str
    queue_url: str
    authorize: Callable[[str], str]
    http: httpx.Client

    def start(self, project: str, body: str, *, use_data_contract_serializer: bool = True) -> Plan:
        """The plan of a job that waits for whoever reads the message. Raises ValueError for a body that the task does
        not take, and httpx.HTTPError where it cannot be sent: then there is no plan."""
        if len(body) > MOST_CHARACTERS:
            raise ValueError(f"the body of a message may have {MOST_CHARACTERS} characters, not {len(body)}")
        plan = Plan(project, TASK_NAME, self.organization.clock.now() + timedelta(hours=_TOKEN_HOURS))
        self.organization.plans.add(plan)  # before whoever reads the message may ask for it
        try:
            self.http.post(
                f"{self.queue_url}/messages", content=wrap(body) if use_data_contract_serializer else body.encode(),
                headers={"Authorization": self.authorize(self.queue_url),
                         **write_properties(plan.properties(self.plan_url))}).raise_for_status()
        except httpx.HTTPError:
            self.organization.plans.remove(plan.plan_id)
            raise
        return plan
