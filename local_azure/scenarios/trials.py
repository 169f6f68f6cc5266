"""The runs below a sweep (HyperDrive) and below AutoML.

A sweep is a run of its own, which holds no machine, with its trials below it: `<its id>_0` and so on. AutoML has a
setup and iterations, `<its id>_setup`, `<its id>_0` and so on. As many as `concurrent` says run side by side. What a
trial or an iteration does not declare, such as the script and the queue time, is as declared for all.
"""
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from local_azure.scenarios import shapes
from local_azure.scenarios.executions import LOG_FILES, SERVICE_DELAY, Executions, Place, is_job
from local_azure.scenarios.models import Run
from local_azure.scenarios.properties import iteration_properties, sweep_properties, trial_properties

Declared = Mapping[str, Any]


def sweep_runs(executions: Executions, place: Place, run_id: str, declared: Declared,
               created: datetime) -> list[Run]:
    """The sweep, which stands in `place` and is best at its first trial that completed, and its trials."""
    started = created + SERVICE_DELAY
    properties = trial_properties(run_id)
    trials = _side_by_side(executions, place.below(run_id), declared, started, [
        (f"{run_id}_{number}", properties, "azureml.scriptrun", trial)
        for number, trial in enumerate(declared["trials"])])
    best = min((trial for trial in trials if trial.record["status"] == "Completed"), key=lambda trial: trial.id)
    details = shapes.details(
        run_id, status="Completed", started=started, ended=last_end(trials) + SERVICE_DELAY, target=declared["compute"],
        properties=sweep_properties(run_id, declared["metric"], best.id),
        runDefinition={"configuration": None, "runType": None, "telemetryValues": {
            "maxTotalRuns": len(trials), "maxConcurrentRuns": declared["concurrent"], "vmSize": None}})
    return [executions.run(details, place, created=created, name=declared["name"],
                           run_type="hyperdrive", tags=declared.get("tags", {}), is_job=is_job(declared)), *trials]


def automl_runs(executions: Executions, place: Place, declared: Declared, created: datetime) -> list[Run]:
    """The setup and the iterations below AutoML, whose run is the parent of the `place`."""
    parent_id = str(place.parent_id)
    setup = _side_by_side(executions, place, {**declared, "concurrent": 1}, created, [
        (f"{parent_id}_setup", iteration_properties("setup", None), "azureml.scriptrun",
         {"duration_seconds": declared["setup_seconds"]})])
    return setup + _side_by_side(executions, place, declared, last_end(setup), [
        (f"{parent_id}_{number}", iteration_properties(str(number), iteration["algorithm"]), None, iteration)
        for number, iteration in enumerate(declared["iterations"])])


def last_end(runs: Sequence[Run]) -> datetime:
    return max(run.end_time for run in runs if run.end_time)


def _side_by_side(executions: Executions, place: Place, declared: Declared, ready: datetime,
                  wanted: Sequence[tuple[str, dict[str, Any], str | None, Declared]]) -> list[Run]:
    """Each begins when one before it has ended, or at once while fewer run than may."""
    lanes = [ready] * declared["concurrent"]
    runs = []
    for run_id, properties, run_type, script in wanted:
        lane = lanes.index(min(lanes))
        created = lanes[lane] + SERVICE_DELAY
        script = {**declared, **script}
        details = executions.details(run_id, script, created, properties=properties)
        runs.append(executions.run(details, place, created=created, name=None, run_type=run_type, tags={},
                                   log_files=LOG_FILES, metrics=executions.metrics(run_id, script)))
        lanes[lane] = runs[-1].end_time or created
    return runs
