"""A build that waits for notebooks, and all that stands between it and them: the agentless task, the queue, the app."""
import json
import time
from contextlib import contextmanager
from datetime import timedelta

import httpx

from local_azure.certificates import trust
from local_azure.cloud import LocalAzure
from local_azure.devops.agentless_task import TASK_NAME, ServiceBusTask
from local_azure.devops.plans import Plan
from local_azure.endpoints import KEY_NAME
from local_azure.options import Options
from local_azure.scenarios.events import run_event
from local_azure.scenarios.models import Workspace
from local_azure.service_bus.authorization import shared_access_signature
from local_azure.service_bus.headers import write_properties
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
        self.plan_url = f"{azure.endpoints.devops}/{ORGANIZATION}/"

    def start(self, body=None, /, **variables):
        """The plan of a task that has sent its message; `body` is a text in the place of the variables."""
        task = ServiceBusTask(self.azure.devops, self.plan_url, self._queue_url, self._sign, self._http)
        return task.start(PROJECT, json.dumps(_with(variables)) if body is None else body)

    def add_plan(self):
        """One whose task has sent nothing yet."""
        plan = Plan(PROJECT, TASK_NAME, self.azure.devops.clock.now() + timedelta(hours=1))
        self.azure.devops.plans.add(plan)
        return plan

    def send(self, plan, body=None, /, **variables):
        """A message of the plan's task beside its own, as one that is delivered again; without a plan it has no ids."""
        properties = plan.properties(self.plan_url) if plan else {}
        self._ask("POST", f"{self._queue_url}/messages", content=json.dumps(_with(variables)) if body is None else body,
                  headers=write_properties(properties)).raise_for_status()

    def take_dead_letter(self):
        """The plan's id of the first one, empty where it has none; None where there is no dead letter."""
        url = f"{self._queue_url}/$deadletterqueue"
        taken = self._ask("POST", f"{url}/messages/head?timeout=0")
        if taken.status_code != httpx.codes.CREATED:
            return None
        self._ask("DELETE", taken.headers["Location"]).raise_for_status()
        return json.loads(taken.headers.get("PlanId", '""'))

    def close_stale_plans(self):
        """As the clock does it."""
        answer = self._http.post(f"{self.azure.endpoints.functions_host}/admin/functions/CloseStaleNotebookPlans",
                                 params={"code": self.azure.endpoints.functions_key}, timeout=PATIENCE_SECONDS)
        assert answer.status_code == 202, answer.headers

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
        """The text that the task's record shows."""
        log = plan.records[plan.task_id].get("log")
        return bytes(plan.logs[log["id"]]).decode() if log else ""

    def runs(self, plan):
        """The records of the notebooks' runs."""
        return self._tagged("notebook_plan_id", plan.plan_id)

    def open_runs(self):
        """Those of all plans whose end was not told."""
        return self._tagged("notebook_open", "true")

    def _tagged(self, name, value):
        history = self.azure.history.workspace(self._workspace.arm_id)
        if not any(experiment.name == "notebooks" for experiment in history.experiments()):
            return []
        return [run.record for run in history.query(history.experiment("notebooks"), f'Tags/{name} eq "{value}"')]

    def add_run(self, notebook, error=None, status="Failed", **files):
        """The record of a notebook's run that nothing here executes, which has left files and ends so, of an error."""
        arm_id = self._workspace.arm_id
        experiment = f"history/v1.0{arm_id}/experiments/notebooks"
        run = f"{experiment}/runs/{notebook.run_id}"
        self._ask_workspace("POST", experiment, {})  # it may be the first one
        self._ask_workspace("PATCH", run, {"runId": notebook.run_id, "tags": notebook.tags()})
        container = f"artifact/v2.0{arm_id}/artifacts/batch/metadata/ExperimentRun/dcid.{notebook.run_id}"
        for path, content in files.items():
            made = self._ask_workspace("POST", container, {"paths": [{"path": path}]}).json()
            self._http.put(made["artifactContentInformation"][path]["contentUri"], content=content,
                           headers={"x-ms-blob-type": "BlockBlob"}).raise_for_status()
        for name, data in (("Error", {"ErrorResponse": {"error": {"message": error}}}), (status, {})):
            event = {"name": f"Microsoft.MachineLearning.Run.{name}", "data": {"RunId": notebook.run_id, **data}}
            self._ask_workspace("POST", f"{run}/events", event)

    def events(self, plan):
        """The events of the ends of the notebooks' runs."""
        return [run_event(self._workspace.arm_id, "notebooks", run, run["endTimeUtc"]) for run in self.runs(plan)]

    def _ask_workspace(self, method, path, content):
        return self._http.request(method, f"{self.azure.endpoints.machine_learning}/{path}", json=content,
                                  headers={"Authorization": "Bearer any"}).raise_for_status()

    def _ask(self, method, url, headers=(), **content):
        return self._http.request(method, url, headers={"Authorization": self._sign(self._queue_url), **dict(headers)},
                                  **content)

    def _sign(self, url):
        return shared_access_signature(url, KEY_NAME, self.azure.endpoints.service_bus_key, int(time.time()) + 600)


def _with(variables):
    """The usual variables with these; those that are None are left out."""
    return {name: value for name, value in {**VARIABLES, **variables}.items() if value is not None}


@contextmanager
def building(folder, workspace, repositories, settings=(), **options):
    options = Options(queues=[QueueSettings(QUEUE, **options.pop("queue", {}))], repositories=repositories,
                      settings={"RUN_READER": "rest", **dict(settings)}, **options)
    with LocalAzure(folder, workspace, options) as azure, httpx.Client(
            verify=trust(azure.endpoints.certificate_authority), trust_env=False, timeout=30) as http:
        yield Build(azure, workspace, http)
