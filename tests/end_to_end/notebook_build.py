"""A build that waits for notebooks, and all that stands between it and them: the agentless task, the queue, the app."""
import json
import time
from contextlib import contextmanager

import httpx

from local_azure.certificates import trust
from local_azure.cloud import LocalAzure
from local_azure.devops.agentless_task import ServiceBusTask
from local_azure.endpoints import KEY_NAME
from local_azure.options import Options
from local_azure.scenarios.models import Workspace
from local_azure.service_bus.authorization import shared_access_signature
from local_azure.service_bus.models import QueueSettings

ORGANIZATION, PROJECT, QUEUE = "contoso", "my sales", "notebooks"
PATIENCE_SECONDS = 60
VARIABLES = {"do.organization": ORGANIZATION, "do.project": PROJECT, "ex.compute": "cpu-cluster",
             "gh.repo": "notebooks", "rp.notebooks": "*.ipynb"}


class Build:
    """Of the organisation `azure.devops`."""

    def __init__(self, azure: LocalAzure, workspace: Workspace, http: httpx.Client) -> None:
        self.azure, self._workspace, self._http = azure, workspace, http
        self._queue_url = f"{azure.endpoints.service_bus}/{QUEUE}"

    def start(self, body=None, /, **variables):
        """The plan of a task that has sent its message; `body` is a text in the place of the variables."""
        found = {name: value for name, value in {**VARIABLES, **variables}.items() if value is not None}
        task = ServiceBusTask(self.azure.devops, f"{self.azure.endpoints.devops}/{ORGANIZATION}/", self._queue_url,
                              self._sign, self._http)
        return task.start(PROJECT, json.dumps(found) if body is None else body)

    def wait_for(self, condition):
        """What the condition is when it is true."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not (found := condition()):
            assert time.monotonic() < end, self.azure.functions_log.read_text()[-3000:]
            time.sleep(0.02)
        return found

    def ended(self, plan):
        """How the task has ended."""
        return self.wait_for(lambda: plan.records[plan.task_id]["result"])

    def log(self, plan):
        return "".join(bytes(log).decode() for log in plan.logs.values())

    def runs(self, plan):
        """The records of the notebooks' runs."""
        history = self.azure.history.workspace(self._workspace.arm_id)
        if not any(experiment.name == "notebooks" for experiment in history.experiments()):
            return []
        tagged = f'Tags/notebook_plan_id eq "{plan.plan_id}"'
        return [run.record for run in history.query(history.experiment("notebooks"), tagged)]

    def _sign(self, url):
        return shared_access_signature(url, KEY_NAME, self.azure.endpoints.service_bus_key, int(time.time()) + 600)


@contextmanager
def building(folder, workspace, repositories, settings=(), **options):
    options = Options(queues=[QueueSettings(QUEUE, **options.pop("queue", {}))], repositories=repositories,
                      settings={"RUN_READER": "rest", **dict(settings)}, **options)
    with LocalAzure(folder, workspace, options) as azure, httpx.Client(
            verify=trust(azure.endpoints.certificate_authority), trust_env=False, timeout=30) as http:
        yield Build(azure, workspace, http)
