"""The requests to the run history that are made to read runs."""
from typing import Any

from local_azure.machine_learning.answering import Answer, Parameters, page
from local_azure.machine_learning.run_history.models import WorkspaceHistory
from local_azure.scenarios.models import ARM_ID, Experiment, Run

RUN_HISTORY = f"/history/v1.0{ARM_ID}"
OF_EXPERIMENT = tuple(f"{RUN_HISTORY}/{kind}/{{experiment}}" for kind in ("experiments", "experimentids"))
"""By name, or by id, which no name can make unfit for a path."""


def answers() -> dict[str, Answer]:
    """By path."""
    found: dict[str, Answer] = {f"{RUN_HISTORY}/runs/{{run_id}}": _run}
    for experiment in OF_EXPERIMENT:
        found |= {
            experiment: _experiment,
            f"{experiment}/runs/{{run_id}}": _run,
            f"{experiment}/runs/{{run_id}}/details": _details,
            f"{experiment}/runs/{{run_id}}/children": _children}
    return found


def posted_answers() -> dict[str, Answer]:
    """By path, to queries."""
    return {f"{RUN_HISTORY}/experiments:query": _query_experiments,
            **{f"{experiment}/runs:query": _query for experiment in OF_EXPERIMENT}}


def _run(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    return _found_run(history, parameters).record


def _details(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    return _found_run(history, parameters).details


def _children(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    return page([run.record for run in history.children(_found_run(history, parameters))])


def _query(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    order = (parameters.get("orderby") or "StartTimeUtc desc").removesuffix(" desc")
    runs = history.query(history.experiment(parameters["experiment"]), parameters.get("filter"), order)
    return page([run.record for run in runs], parameters)


def _query_experiments(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    return page([_describe(experiment) for experiment in history.experiments()], parameters)


def _found_run(history: WorkspaceHistory, parameters: Parameters) -> Run:
    experiment = history.experiment(parameters["experiment"]) if "experiment" in parameters else None
    return history.run(parameters["run_id"], experiment)


def _experiment(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    return _describe(history.experiment(parameters["experiment"]))


def _describe(experiment: Experiment) -> dict[str, Any]:
    return {"experimentId": experiment.id, "name": experiment.name, "description": None,
            "createdUtc": experiment.created_utc, "archivedTime": None, "tags": {}}
