"""Turns the declarations of one scenario file into runs.

A file declares an experiment, its compute targets, its pipelines with their steps and its script runs once, and then
the occurrences in order of time: what was submitted when, and what went differently (`changes`, by step name). A step
runs when the steps it waits for (`after`; by default the one before it) have completed, so nothing follows a step
that failed or still runs. A list of changes is a list of attempts on one node. A run with the status Running has no
end. `details` stand in for composed run details.
"""
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from local_azure.scenarios import shapes
from local_azure.scenarios.identifiers import identifier, varied
from local_azure.scenarios.models import Experiment, Run
from local_azure.scenarios.properties import pipeline_properties, script_properties, step_properties

_LOG_FILES = ("user_logs/std_log.txt", "system_logs/cs_capability/cs-capability.log",
              "system_logs/hosttools_capability/hosttools-capability.log",
              "system_logs/lifecycler/execution-wrapper.log")
_STEP_TAGS = ("azureml.pipelinerunid", "azureml.pipeline", "azureml.nodeid")
_REUSED = {"queue_seconds": 0.4, "duration_seconds": 1.2, "log_files": ()}
_RUNNING = "Running"
_PIPELINE_ERROR = {
    "code": "UserError", "inner": "PipelineHasStepJobFailed", "component": "pipeline-run-service",
    "message": "Pipeline has failed child jobs. For more details and logs, please go to the job detail page and check "
               "the child jobs."}
# What the service takes between the end of one thing and the start of the next.
_SERVICE_DELAY = timedelta(seconds=1.9)


@dataclass(frozen=True, slots=True)
class _PipelineRun:
    id: str
    declared: dict
    created: datetime

    @property
    def started(self) -> datetime:
        return self.created + _SERVICE_DELAY


class Expansion:
    """The experiment and the runs of a scenario, at the times that it declares.

    A step is `reused` when an earlier run of it did the work, and `never_started` when it ended in the queue. Queue
    times and durations come out a little more or less than declared.
    """

    def __init__(self, scenario: dict):
        declared = scenario["experiment"]
        name = declared["name"]
        self.experiment = Experiment(declared.get("id") or identifier("experiment", name), name, declared["created"])
        self._scenario = scenario
        self._reusable: dict[tuple[str, str], Run] = {}

    def runs(self) -> tuple[Run, ...]:
        """All runs, numbered in the order of their creation."""
        runs = [run for occurrence in self._scenario["occurrences"] for run in self._expand(occurrence)]
        runs.sort(key=lambda run: run.record["createdUtc"])
        return tuple(replace(run, record={"runNumber": number, **run.record})
                     for number, run in enumerate(runs, start=1))

    def _expand(self, occurrence: dict) -> list[Run]:
        if "script_run" in occurrence:
            return [self._script_run({**self._scenario["script_runs"][occurrence["script_run"]], **occurrence})]
        declared = {**self._scenario["pipelines"][occurrence["pipeline"]], **occurrence}
        run_id = declared.get("run_id") or identifier(declared["pipeline"], declared["created"])
        pipeline = _PipelineRun(run_id, declared, datetime.fromisoformat(declared["created"]))
        steps = self._steps(pipeline)
        return [self._pipeline_run(pipeline, steps), *steps]

    def _pipeline_run(self, pipeline: _PipelineRun, steps: list[Run]) -> Run:
        declared = pipeline.declared
        status = declared.get("status", "Completed")
        ended = None if status == _RUNNING else max(step.end_time for step in steps) + _SERVICE_DELAY
        details = declared.get("details") or shapes.details(
            pipeline.id, status=status, started=pipeline.started, ended=ended,
            properties=pipeline_properties(declared),
            error=shapes.error(pipeline.id, ended, **_PIPELINE_ERROR) if status == "Failed" else None)
        return Run(details=details, record=self._record(
            details, root_run_id=pipeline.id, parent_run_id=None, created=pipeline.created,
            submitted_by=declared["submitted_by"], name=declared["pipeline"], run_type="azureml.PipelineRun",
            tags=declared.get("tags", {})))

    def _steps(self, pipeline: _PipelineRun) -> list[Run]:
        runs: list[Run] = []
        completed: dict[str, Run] = {}
        previous: list[str] = []
        for step in pipeline.declared["steps"]:
            waits_for = step.get("after", previous)
            previous = [step["name"]]
            if all(name in completed for name in waits_for):
                runs += self._attempts(pipeline, step, [completed[name] for name in waits_for])
                if runs[-1].record["status"] == "Completed":
                    completed[step["name"]] = runs[-1]
        return runs

    def _attempts(self, pipeline: _PipelineRun, step: dict, upstream: list[Run]) -> list[Run]:
        changes = pipeline.declared.get("changes", {}).get(step["name"], {})
        ready = max([pipeline.started, *(run.end_time for run in upstream)])
        runs: list[Run] = []
        for change in changes if isinstance(changes, list) else [changes]:
            run_id = identifier(pipeline.id, step["name"], str(len(runs)))
            runs.append(self._step_run(pipeline, run_id, {**step, **change}, ready + _SERVICE_DELAY, upstream))
            ready = runs[-1].end_time
        return runs

    def _step_run(self, pipeline: _PipelineRun, run_id: str, step: dict, created: datetime,
                  upstream: list[Run]) -> Run:
        node = (pipeline.declared["pipeline"], step["name"])
        original = self._reusable[node] if step.get("reused") else None
        if original:
            step = {**step, **_REUSED}
        details = step.get("details") or self._execution(
            run_id, step, created, **_lineage(run_id, step, upstream, original),
            properties=step_properties(pipeline.declared, pipeline.id, step, self._compute(step), original))
        run = Run(details=details, log_files=tuple(step.get("log_files", _LOG_FILES)), record=self._record(
            details, root_run_id=pipeline.id, parent_run_id=pipeline.id, created=created,
            submitted_by=pipeline.declared["submitted_by"], name=step["name"],
            run_type=step.get("run_type", "azureml.StepRun"),
            tags={name: details["properties"][name] for name in _STEP_TAGS}))
        if details["status"] == "Completed" and not original:
            self._reusable[node] = run
        return run

    def _script_run(self, script: dict) -> Run:
        created = datetime.fromisoformat(script["created"])
        suffix = identifier(script["script_run"], script["created"])[:8]
        run_id = f"{self.experiment.name}_{created.timestamp():.0f}_{suffix}"
        details = self._execution(run_id, script, created, properties=script_properties(script))
        return Run(details=details, log_files=_LOG_FILES, record=self._record(
            details, root_run_id=run_id, parent_run_id=None, created=created, submitted_by=script["submitted_by"],
            name=script["script_run"], run_type="azureml.scriptrun", tags=script.get("tags", {})))

    def _execution(self, run_id: str, script: dict, created: datetime, **more: Any) -> dict:
        """The details of a script that waits for its compute target, runs there and ends as declared."""
        status = script.get("status", "Completed")
        started = created + timedelta(seconds=varied(script["queue_seconds"], run_id, "queue"))
        ended = started + timedelta(seconds=varied(script["duration_seconds"], run_id, "duration"))
        return shapes.details(
            run_id, status=status, started=None if script.get("never_started") else started,
            ended=None if status == _RUNNING else ended,
            error=shapes.error(run_id, ended, **script["error"]) if "error" in script else None,
            target=script["compute"],
            runDefinition=shapes.run_definition(script, self._compute(script)) if "script" in script else None, **more)

    def _compute(self, script: dict) -> dict:
        return self._scenario["computes"][script["compute"]]

    def _record(self, details: dict, **more: Any) -> dict:
        return shapes.record(details, experiment_id=self.experiment.id, **more)


def _lineage(run_id: str, step: dict, upstream: list[Run], original: Run | None) -> dict[str, list[dict]]:
    """A step reads all that the steps before it wrote; only one that completed has written anything itself."""
    written = [shapes.output_dataset(run_id, name) for name in step.get("outputs", ())
               if step.get("status", "Completed") == "Completed"]
    read = [shapes.input_dataset(output) for run in upstream for output in run.details["outputDatasets"]]
    return {"inputDatasets": read, "outputDatasets": original.details["outputDatasets"] if original else written}
