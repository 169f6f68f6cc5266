"""The build: an agentless task that has notebooks run, and waits until somebody tells how they ended."""
import json
import time
from collections.abc import Callable

from rich.console import Console

from ....cloud import LocalAzure
from ....devops.agentless_task import ServiceBusTask
from ....devops.plans import Plan
from ....devops.runs import TestRun
from ....endpoints import KEY_NAME
from ....machine_learning.living import COMPUTES
from ....scenarios.models import Run
from ....service_bus.authorization import shared_access_signature
from ...saying import say
from ..caller import client_of

ORGANIZATION, PROJECT, REPOSITORY, QUEUE = "contoso", "sales", "notebooks", "notebooks"
_EXPERIMENT = "notebooks"
_SECONDS, _POLL_SECONDS = 110, 0.2
_WORST = ("Failed", "Aborted", "NotExecuted", "Passed")
_MESSAGE = {
    "version": 1, "do.organization": ORGANIZATION, "do.project": PROJECT, "gh.repo": REPOSITORY,
    "rp.notebooks": "**/*.ipynb", "ex.compute": COMPUTES[0].name, "ex.timeoutMinutes": 10}


class Build:
    """Of the organisation that the local Azure has."""

    plan: Plan

    def __init__(self, azure: LocalAzure, workspace_id: str) -> None:
        self._azure, self._workspace_id = azure, workspace_id

    def send(self) -> list[str]:
        """The lines of the body of the message that the task sends."""
        body = json.dumps(_MESSAGE, indent=2)
        endpoints = self._azure.endpoints
        with client_of(endpoints.certificate_authority) as http:
            task = ServiceBusTask(self._azure.devops, f"{endpoints.devops}/{ORGANIZATION}/",
                                  f"{endpoints.service_bus}/{QUEUE}", self._sign, http)
            self.plan = task.start(PROJECT, body, use_data_contract_serializer=False)
        return body.splitlines()

    def wait(self, console: Console, pause: Callable[[float], None]) -> bool:
        """Says what becomes of each run, as it does. Whether the task has ended in its time."""
        known: dict[str, str] = {}
        deadline = time.monotonic() + _SECONDS
        with console.status("the notebooks run …"):
            while (is_waiting := not self._result) and time.monotonic() < deadline:
                self._tell(console, known)
                pause(_POLL_SECONDS)
        self._tell(console, known)
        return not is_waiting

    def test_runs(self) -> list[TestRun]:
        """By the names of their notebooks."""
        return sorted(self._azure.devops.runs.list_runs(PROJECT), key=lambda run: str(run.fields["name"]))

    def outcomes(self) -> dict[str, str]:
        """By notebook, the outcome of the worst of its cells."""
        found = {run.fields["name"]: {result["outcome"] for result in run.results.values()} for run in self.test_runs()}
        return {name: next((one for one in _WORST if one in outcomes), "none") for name, outcomes in found.items()}

    @property
    def _result(self) -> str | None:
        result: str | None = self.plan.records[self.plan.task_id]["result"]
        return result

    def _tell(self, console: Console, known: dict[str, str]) -> None:
        for run in self._runs():
            status = run.record["status"]
            if known.get(run.id) != status:
                known[run.id] = status
                say(console, f"{run.record['tags']['notebook_path']}: {status}")

    def _runs(self) -> list[Run]:
        history = self._azure.history.workspace(self._workspace_id)
        if not any(experiment.name == _EXPERIMENT for experiment in history.experiments()):
            return []
        return history.query(history.experiment(_EXPERIMENT), f'Tags/notebook_plan_id eq "{self.plan.plan_id}"')

    def _sign(self, url: str) -> str:
        until = int(time.time()) + _SECONDS
        return shared_access_signature(url, KEY_NAME, self._azure.endpoints.service_bus_key, until)
