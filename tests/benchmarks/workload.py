"""The workspace that the benchmark reads, and the events of its steps.

It comes from the same expansion as the sample workspace, so that a run has what runs have: a definition, properties,
a snapshot, lineage, log files. All its pipelines were submitted within minutes and their steps take about ten, so the
events of different pipelines alternate.
"""
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from local_azure.scenarios.events import ended_events
from local_azure.scenarios.expansion import Expansion
from local_azure.scenarios.loading import RESOURCE_GROUP, SUBSCRIPTION_ID, WORKSPACE_ID
from local_azure.scenarios.models import Run, Workspace
from local_azure.scenarios.shapes import LOCATION
from local_azure.scenarios.times import iso

_WORKSPACE_NAME = "benchmark-ws"
_STEP_RUN = "azureml.StepRun"
_COMPUTES = {"cpu-cluster": {
    "type": "AmlCompute", "vm_size": "STANDARD_DS3_V2", "node_count": 4, "environment": "forecast-env",
    "image": "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:20220708.v1"}}
_GIT = {"repository": "https://dev.azure.com/contoso/supply/_git/forecast", "branch": "main",
        "commit": "19c4e8d2f7a06b3351dd8ea94f02c7be6a5f1d3b"}


@dataclass(frozen=True, slots=True)
class Pipelines:
    """How many pipeline runs, and how many steps each of them has."""

    count: int
    steps: int


@dataclass(frozen=True, slots=True)
class Workload:
    """A workspace and the events of its steps, in order of time, one a step.

    `unrelated` are of pipelines that have ended, and the first of them all of different ones; `siblings` are of
    pipelines that still run.
    """

    workspace: Workspace
    unrelated: tuple[dict, ...]
    siblings: tuple[dict, ...]


def build(now: datetime, ended: Pipelines, running: Pipelines) -> Workload:
    """All of it lies in the day before `now`, which is in UTC."""
    created = now - timedelta(days=1)
    done, going = (Expansion(_scenario(name, pipelines, created))
                   for name, pipelines in (("nightly", ended), ("backfill", running)))
    runs = (*done.runs(), *(_keep_running(run) for run in going.runs()))
    workspace = Workspace(SUBSCRIPTION_ID, RESOURCE_GROUP, _WORKSPACE_NAME, WORKSPACE_ID, LOCATION,
                          (done.experiment, going.experiment), runs)
    steps = [event for event in ended_events(workspace) if event["data"]["runType"] == _STEP_RUN]
    unrelated, siblings = (tuple(event for event in steps if event["data"]["experimentId"] == experiment.id)
                           for experiment in workspace.experiments)
    return Workload(workspace, unrelated, siblings)


def take(events: Sequence[dict], count: int, name: str) -> list[dict]:
    """So many of the events, from the first on and round again, each with an id that the name makes its own: the
    function records an event once, but a run as often as there are events of it."""
    return [{**events[n % len(events)], "id": f"{name} {n}"} for n in range(count)]


def _scenario(name: str, pipelines: Pipelines, created: datetime) -> dict:
    occurrences = [{"pipeline": name, "created": iso(created + timedelta(seconds=n))} for n in range(pipelines.count)]
    return {
        "experiment": {"name": name, "created": iso(created)},
        "computes": _COMPUTES,
        "pipelines": {name: {
            "submitted_by": "Katherine Johnson", "properties": {"runSource": "SDK", "runType": "Schedule"},
            "tags": {"team": "supply-chain"}, "git": _GIT,
            "steps": [_step(number) for number in range(1, pipelines.steps + 1)]}},
        "occurrences": occurrences}


def _step(number: int) -> dict:
    return {
        "name": f"Fit Region {number}", "type": "PythonScriptStep", "compute": "cpu-cluster", "script": "fit_region.py",
        "arguments": ["--region", str(number), "--horizon-days", "28", "--data", "DatasetConsumptionConfig:orders"],
        "environment_variables": {"FORECAST_SEASON": "weekly", "OMP_NUM_THREADS": "4"},
        "outputs": ["forecast"] if number % 2 else [], "queue_seconds": 38, "duration_seconds": 560}


def _keep_running(run: Run) -> Run:
    """A pipeline run as it is before it ends; any other run stays as it is."""
    if run.record["runType"] == _STEP_RUN:
        return run
    details = {name: value for name, value in run.details.items() if name != "endTimeUtc"}
    return replace(run, record={**run.record, "status": "Running", "endTimeUtc": None},
                   details={**details, "status": "Running"})
