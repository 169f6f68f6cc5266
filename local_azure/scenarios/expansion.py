"""Turns the declarations of one scenario file into runs.

A file declares an experiment, its compute targets, its pipelines with their steps, its script runs and its sweeps
once, and then the occurrences in order of time: what was submitted when, and what went differently (`changes`, by step
name). A step runs when the steps it waits for (`after`; by default the one before it) have completed, so nothing
follows a step that failed or still runs. A list of changes is a list of attempts on one node. A run with the status
Running has no end. `details` stand in for composed run details. A pipeline's `schedule` are the tags of what starts its
runs; `scheduled` is the time that was due, where that is not the minute in which one was created.

A step may have runs below it: those of a `sweep` or of `automl`, or the steps of the pipeline that it names as its
`component`, whose changes stand in the step's own. Such a step ends when they have. `"sdk": 2` in a pipeline, a script
run or a sweep gives its runs the names of SDK v2.
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from local_azure.scenarios import shapes
from local_azure.scenarios.executions import LOG_FILES, RUNNING, SERVICE_DELAY, Executions, Place, is_job
from local_azure.scenarios.identifiers import identifier, job_name
from local_azure.scenarios.models import Experiment, Run
from local_azure.scenarios.properties import (
    automl_properties, nested_properties, pipeline_properties, script_properties, step_properties)
from local_azure.scenarios.trials import automl_runs, last_end, sweep_runs

_STEP_TAGS = ("azureml.pipelinerunid", "azureml.pipeline", "azureml.nodeid")
_REUSED = {"queue_seconds": 0.4, "duration_seconds": 1.2, "log_files": ()}
_PIPELINE_ERROR = {
    "code": "UserError", "inner": "PipelineHasStepJobFailed", "component": "pipeline-run-service",
    "message": "Pipeline has failed child jobs. For more details and logs, please go to the job detail page and check "
               "the child jobs."}
_INHERITED = ("pipeline", "submitted_by", "properties", "sdk")  # by a pipeline from the one that it is a node of

Declared = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _PipelineRun:
    id: str
    name: str
    declared: Declared
    created: datetime
    place: Place

    @property
    def started(self) -> datetime:
        return self.created + SERVICE_DELAY

    @property
    def place_of_steps(self) -> Place:
        return self.place.below(self.id)


class Expansion:
    """The experiment and the runs of a scenario, at the times that it declares.

    A step is `reused` when an earlier run of it did the work, and `never_started` when it ended in the queue.
    """

    def __init__(self, scenario: Declared):
        declared = scenario["experiment"]
        name = declared["name"]
        self.experiment = Experiment(declared.get("id") or identifier("experiment", name), name, declared["created"])
        self._scenario = scenario
        self._executions = Executions(self.experiment.id, scenario["computes"])
        self._reusable: dict[tuple[str, str], Run] = {}

    def runs(self) -> tuple[Run, ...]:
        """All runs, numbered in the order of their creation."""
        runs = [run for occurrence in self._scenario["occurrences"] for run in self._expand(occurrence)]
        runs.sort(key=lambda run: str(run.record["createdUtc"]))
        return tuple(replace(run, record={"runNumber": number, **run.record})
                     for number, run in enumerate(runs, start=1))

    def _expand(self, occurrence: Declared) -> list[Run]:
        created = datetime.fromisoformat(occurrence["created"])
        kind = next(name for name in ("script_run", "sweep", "pipeline") if name in occurrence)
        declared = {**self._scenario[f"{kind}s"][occurrence[kind]], **occurrence}
        if kind == "script_run":
            return [self._script_run(declared, created)]
        if kind == "sweep":
            return self._sweep(declared, created)
        run_id = declared.get("run_id") or _root_id(declared, declared["pipeline"])
        place = Place(run_id, None, declared["submitted_by"])
        return self._pipeline(_PipelineRun(run_id, declared["pipeline"], declared, created, place))

    def _pipeline(self, pipeline: _PipelineRun) -> list[Run]:
        """Its own run, then those of its steps."""
        steps = self._steps(pipeline)
        declared = pipeline.declared
        status = declared.get("status", "Completed")
        ended = None if status == RUNNING else last_end(steps) + SERVICE_DELAY
        details = declared.get("details") or shapes.details(
            pipeline.id, status=status, started=pipeline.started, ended=ended, properties=_properties(pipeline),
            error=shapes.error(pipeline.id, ended, **_PIPELINE_ERROR) if ended and status == "Failed" else None)
        run = self._executions.run(
            details, pipeline.place, created=pipeline.created, name=pipeline.name, run_type="azureml.PipelineRun",
            tags=_tags(pipeline), is_job=is_job(declared))
        return [run, *steps]

    def _steps(self, pipeline: _PipelineRun) -> list[Run]:
        runs: list[Run] = []
        completed: dict[str, Run] = {}
        previous: list[str] = []
        for step in pipeline.declared["steps"]:
            waits_for = step.get("after", previous)
            previous = [step["name"]]
            if all(name in completed for name in waits_for):
                attempts = self._attempts(pipeline, step, [completed[name] for name in waits_for])
                runs += [run for attempt in attempts for run in attempt]
                last = attempts[-1][0]
                if last.record["status"] == "Completed":
                    completed[step["name"]] = last
        return runs

    def _attempts(self, pipeline: _PipelineRun, step: Declared, upstream: Sequence[Run]) -> list[list[Run]]:
        """Of each attempt the run of the step, then those below it."""
        changes = pipeline.declared.get("changes", {}).get(step["name"], {})
        ready = max([pipeline.started, *(run.end_time for run in upstream if run.end_time)])
        attempts: list[list[Run]] = []
        for change in changes if isinstance(changes, list) else [changes]:
            run_id = identifier(pipeline.id, step["name"], str(len(attempts)))
            attempts.append(self._attempt(pipeline, run_id, {**step, **change}, ready + SERVICE_DELAY, upstream))
            ready = attempts[-1][0].end_time or ready
        return attempts

    def _attempt(self, pipeline: _PipelineRun, run_id: str, step: Declared, created: datetime,
                 upstream: Sequence[Run]) -> list[Run]:
        if "component" in step:
            component = self._scenario["pipelines"][step["component"]]
            inherited = {name: pipeline.declared[name] for name in _INHERITED if name in pipeline.declared}
            declared = {**component, **inherited, "changes": {}, **step}
            return self._pipeline(_PipelineRun(run_id, step["name"], {**declared, "steps": component["steps"]}, created,
                                               pipeline.place_of_steps))
        below = self._runs_below(pipeline.place_of_steps.below(run_id), step, created)
        return [self._step_run(pipeline, run_id, step, created, upstream, below), *below]

    def _runs_below(self, place: Place, step: Declared, created: datetime) -> list[Run]:
        kind = next((name for name in ("sweep", "automl") if name in step), None)
        if kind is None:
            return []
        begun = created + timedelta(seconds=2 * step["queue_seconds"])  # the queue takes less
        if kind == "automl":
            return automl_runs(self._executions, place, {**step, **step["automl"]}, begun)
        declared = {**step, **step["sweep"], "name": "hyperdrive"}
        return sweep_runs(self._executions, place, f"HD_{identifier(str(place.parent_id), 'sweep')}", declared, begun)

    def _step_run(self, pipeline: _PipelineRun, run_id: str, step: Declared, created: datetime,
                  upstream: Sequence[Run], below: Sequence[Run]) -> Run:
        node = (pipeline.declared["pipeline"], step["name"])
        original = self._reusable[node] if step.get("reused") else None
        if original:
            step = {**step, **_REUSED}
        properties = step_properties(pipeline.declared, pipeline.id, pipeline.place.root_id, step,
                                     self._executions.compute(step), original)
        if "automl" in step:
            properties |= automl_properties(run_id, step["automl"])
        details = step.get("details") or self._executions.details(
            run_id, step, created, ended=last_end(below) + SERVICE_DELAY if below else None,
            properties=properties, **_lineage(run_id, step, upstream, original))
        tags = {name: details["properties"][name] for name in _STEP_TAGS} if not is_job(pipeline.declared) else {}
        run = self._executions.run(
            details, pipeline.place_of_steps, created=created, name=step["name"], tags=tags,
            run_type=step.get("run_type", "azureml.StepRun"), is_job=is_job(pipeline.declared),
            log_files=tuple(step.get("log_files", LOG_FILES)), metrics=self._executions.metrics(run_id, step))
        if details["status"] == "Completed" and not original:
            self._reusable[node] = run
        return run

    def _script_run(self, script: Declared, created: datetime) -> Run:
        suffix = identifier(script["script_run"], script["created"])[:8]
        run_id = (_root_id(script, script["script_run"]) if is_job(script)
                  else f"{self.experiment.name}_{created.timestamp():.0f}_{suffix}")
        details = self._executions.details(run_id, script, created, properties=script_properties(script))
        return self._executions.run(
            details, Place(run_id, None, script["submitted_by"]), created=created, name=script["script_run"],
            run_type="azureml.scriptrun", tags=script.get("tags", {}), is_job=is_job(script), log_files=LOG_FILES,
            metrics=self._executions.metrics(run_id, script))

    def _sweep(self, declared: Declared, created: datetime) -> list[Run]:
        run_id = _root_id(declared, declared["sweep"])
        return sweep_runs(self._executions, Place(run_id, None, declared["submitted_by"]), run_id,
                          {**declared, "name": declared["sweep"]}, created)


def _root_id(declared: Declared, name: str) -> str:
    """SDK v2 names its jobs, v1 numbers its pipeline runs."""
    names = (name, declared["created"])
    return job_name(*names) if is_job(declared) else identifier(*names)


def _properties(pipeline: _PipelineRun) -> dict[str, str]:
    parent_id = pipeline.place.parent_id
    return nested_properties(pipeline.declared, parent_id, pipeline.name) if parent_id else pipeline_properties(
        pipeline.declared)


def _tags(pipeline: _PipelineRun) -> dict[str, str]:
    declared = pipeline.declared
    tags: dict[str, str] = {**declared.get("tags", {}), **declared.get("schedule", {})}
    if declared.get("schedule"):
        tags["scheduled_time"] = declared.get("scheduled") or f"{pipeline.created:%Y-%m-%dT%H:%M:00Z}"
    return tags


def _lineage(run_id: str, step: Declared, upstream: Sequence[Run], original: Run | None) -> dict[str, list[Any]]:
    """A step reads all that the steps before it wrote; only one that completed has written anything itself."""
    written = [shapes.output_dataset(run_id, name) for name in step.get("outputs", ())
               if step.get("status", "Completed") == "Completed"]
    read = [shapes.input_dataset(output) for run in upstream for output in run.details["outputDatasets"]]
    return {"inputDatasets": read, "outputDatasets": original.details["outputDatasets"] if original else written}
