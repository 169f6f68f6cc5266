"""The requests to the run history that are made to read runs."""
from typing import Any

from local_azure.machine_learning.answering import Answer, Answers, Call, page
from local_azure.scenarios.models import ARM_ID, Experiment, Run

RUN_HISTORY = f"/history/v1.0{ARM_ID}"
OF_EXPERIMENT = tuple(f"{RUN_HISTORY}/{kind}/{{experiment}}" for kind in ("experiments", "experimentids"))
"""By name, or by id, which no name can make unfit for a path."""


_QUERY = {"filter?": str, "orderby?": str, "top?": int, "continuationToken?": str}


def answers() -> Answers:
    found: dict[str, Answer] = {f"GET {RUN_HISTORY}/runs/{{run_id}}": _run,
                                f"POST {RUN_HISTORY}/experiments:query": _query_experiments}
    for experiment in OF_EXPERIMENT:
        found |= {
            f"GET {experiment}": _experiment,
            f"GET {experiment}/runs/{{run_id}}": _run,
            f"GET {experiment}/runs/{{run_id}}/details": _details,
            f"GET {experiment}/runs/{{run_id}}/children": _children,
            f"POST {experiment}/runs:query": _query}
    return found


def _run(call: Call) -> dict[str, Any]:
    return found_run(call).record


def _details(call: Call) -> dict[str, Any]:
    return found_run(call).details


def _children(call: Call) -> dict[str, Any]:
    return page([run.record for run in call.history.children(found_run(call))])


def _query(call: Call) -> dict[str, Any]:
    asked = call.read(_QUERY)
    order = (asked.get("orderby") or "").removesuffix(" desc") or "StartTimeUtc"
    runs = call.history.query(call.history.experiment(call.path["experiment"]), asked.get("filter"), order)
    return page([run.record for run in runs], asked)


def _query_experiments(call: Call) -> dict[str, Any]:
    return page([describe(experiment) for experiment in call.history.experiments()], call.read(_QUERY))


def found_run(call: Call) -> Run:
    experiment = call.history.experiment(call.path["experiment"]) if "experiment" in call.path else None
    return call.history.run(call.path["run_id"], experiment)


def _experiment(call: Call) -> dict[str, Any]:
    return describe(call.history.experiment(call.path["experiment"]))


def describe(experiment: Experiment) -> dict[str, Any]:
    return {"experimentId": experiment.id, "name": experiment.name, "description": None,
            "createdUtc": experiment.created_utc, "archivedTime": None, "tags": {}}
