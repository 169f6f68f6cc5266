"""The run of a graph: a step starts when those before it have completed, and several at once where nodes are free."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from local_azure.machine_learning.execution.models import Execution, Job
from local_azure.machine_learning.execution.workers import Workers
from local_azure.machine_learning.pipelines.entities import Entities, Entity
from local_azure.machine_learning.pipelines.graphs import Graph, Output, Step, written
from local_azure.machine_learning.run_history.models import WorkspaceHistory
from local_azure.machine_learning.run_history.writing import COMPLETED, ENDS, FAILED, RUNNING, RunWriter
from local_azure.scenarios.models import Run
from local_azure.scenarios.shapes import error

STEP_RUN = "azureml.StepRun"
_MESSAGE = ("Pipeline has failed child jobs. Failed nodes: {}. For more details and logs, please go to the job detail "
            "page and check the child jobs.")


@dataclass(slots=True)
class _Progress:
    """How far the run of a graph has come: `made` are the paths of outputs, `started` the runs of nodes."""

    history: WorkspaceHistory
    run: Run
    graph: Graph
    given: Mapping[str, str | None]
    continues: bool  # with steps that need none of those that failed
    made: dict[Output, Path] = field(default_factory=dict)
    started: dict[str, str] = field(default_factory=dict)

    def ready(self) -> list[str]:
        if self.failed() and not self.continues:
            return []
        return [node for node in self.graph.nodes if node not in self.started
                and all(self._status(before) == COMPLETED for before in self.graph.upstream(node))]

    def running(self) -> list[str]:
        """The runs of the steps that have not ended."""
        return [run_id for node, run_id in self.started.items() if self._status(node) not in ENDS]

    def failed(self) -> list[str]:
        """The nodes whose steps ended otherwise than completed."""
        return [node for node in self.started if self._status(node) in ENDS - {COMPLETED}]

    def _status(self, node: str) -> str | None:
        run_id = self.started.get(node)
        return self.history.run(run_id).record["status"] if run_id else None


class PipelineRunner:
    """`data` is the folder of the datastore."""

    def __init__(self, data: Path, writer: RunWriter, workers: Workers, execution: Execution, modules: Entities):
        self._data, self._writer, self._workers = data, writer, workers
        self._execution, self._modules = execution, modules
        self._reusable: dict[tuple[str, str], tuple[str, dict[str, Path]]] = {}

    def start(self, history: WorkspaceHistory, run: Run, graph: Graph, given: Mapping[str, str | None],
              continues: bool) -> None:
        """Once: a request that is sent again starts nothing, and no more does a run that was cancelled before."""
        if self._workers.manages(run.id) or run.record["status"] in ENDS:
            return
        progress = _Progress(history, run, graph, given, continues)
        self._workers.start(history, run.id, lambda: self._run(progress))

    async def _run(self, progress: _Progress) -> None:
        history, run_id = progress.history, progress.run.id
        self._writer.move(history, run_id, RUNNING)
        while self._begin(progress):
            await self._workers.one_ended(progress.running())
        if not progress.failed():
            self._writer.move(history, run_id, COMPLETED)
            return
        names = ", ".join(f"/{self._module(progress, node)['Name']}" for node in progress.failed())
        self._writer.move(history, run_id, FAILED, error=error(
            run_id, self._writer.now(), code="UserError", inner="PipelineHasStepJobFailed",
            message=_MESSAGE.format(names), component="pipeline-run-service"))

    def _begin(self, progress: _Progress) -> bool:
        """Starts what can start, and says whether there is anything to wait for: a reused step ends at once."""
        while ready := progress.ready():
            for node in ready:
                self._begin_step(progress, node)
        return bool(progress.running())

    def _begin_step(self, progress: _Progress, node: str) -> None:
        module, run_id = self._module(progress, node), str(uuid4())
        paths = {port: self._data / "azureml" / run_id / port for port in written(module)}
        step = self._step(progress, node, module, paths)
        key = (module["Id"], step.reuse_key)
        may_reuse = module.get("IsDeterministic") and not progress.graph.nodes[node].get("RegenerateOutput")
        if may_reuse and key in self._reusable and self._completed(progress, self._reusable[key][0]):
            original, paths = self._reusable[key]
            self._step(progress, node, module, paths)
            self._reuse(progress, node, module, step, run_id, original)
        else:
            for path in paths.values():
                path.parent.mkdir(parents=True, exist_ok=True)
            self._reusable[key] = (run_id, paths)
            self._submit(progress, node, module, step, run_id)
        progress.started[node] = run_id

    def _step(self, progress: _Progress, node: str, module: Entity, paths: Mapping[str, Path]) -> Step:
        progress.made.update({(node, port): path for port, path in paths.items()})
        return progress.graph.step(node, module, progress.given, progress.made)

    def _submit(self, progress: _Progress, node: str, module: Entity, step: Step, run_id: str) -> None:
        definition = {"script": step.script, "arguments": list(step.arguments), "target": step.target,
                      "environmentVariables": {}}
        fields = self._fields(progress, node, module)
        experiment = progress.history.experiment(progress.run.record["experimentId"])
        job = Job(run_id, definition, step.snapshot_id, step.environment)
        self._execution.submit(progress.history, experiment, job, **fields)

    def _reuse(self, progress: _Progress, node: str, module: Entity, step: Step, run_id: str, original: str) -> None:
        """A run that ends as it begins, and says which one did what it would have done."""
        fields = self._fields(progress, node, module)
        of_original = progress.history.run(original).record["properties"]
        fields["properties"] |= {
            "azureml.isreused": "true", "azureml.reusedrunid": original, "ContentSnapshotId": step.snapshot_id,
            "azureml.reusednodeid": of_original["azureml.nodeid"],
            "azureml.reusedpipeline": of_original["azureml.pipeline"],
            "azureml.reusedpipelinerunid": of_original["azureml.pipelinerunid"]}
        experiment = progress.history.experiment(progress.run.record["experimentId"])
        self._writer.create(progress.history, experiment, run_id, target=step.target, **fields)
        self._writer.move(progress.history, run_id, COMPLETED, startTimeUtc=self._writer.time())

    def _fields(self, progress: _Progress, node: str, module: Entity) -> dict[str, Any]:
        """What the record of a step's run says of its place in the pipeline."""
        tags = {"azureml.pipelinerunid": progress.run.id, "azureml.nodeid": node, "azureml.pipeline": progress.run.id}
        return {"parentRunId": progress.run.id, "runType": STEP_RUN, "name": module["Name"], "tags": tags,
                "createdBy": progress.run.record["createdBy"],
                "properties": {
                    **tags, "azureml.runsource": STEP_RUN, "azureml.moduleid": module["Id"],
                    "azureml.moduleName": module["Name"], "StepType": module.get("StepType") or "PythonScriptStep",
                    "ComputeTargetType": "AmlCompute", "azureml.pipelineComponent": "masterescloud"}}

    def _module(self, progress: _Progress, node: str) -> Entity:
        return self._modules.find(progress.history, progress.graph.nodes[node]["ModuleId"])

    def _completed(self, progress: _Progress, run_id: str) -> bool:
        return bool(progress.history.run(run_id).record["status"] == COMPLETED)
