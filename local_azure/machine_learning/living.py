"""What makes a workspace live: the services with which runs are submitted, run, say what they do and are cancelled."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local_azure.clock import Clock
from local_azure.machine_learning.answering import Answers
from local_azure.machine_learning.artifacts import routes as artifact_routes
from local_azure.machine_learning.artifacts.models import Artifacts
from local_azure.machine_learning.batch_endpoints.models import BatchEndpoints
from local_azure.machine_learning.computes import routes as compute_routes
from local_azure.machine_learning.computes.models import Compute, Computes
from local_azure.machine_learning.content import routes as content_routes
from local_azure.machine_learning.content.models import Snapshots
from local_azure.machine_learning.datastores import routes as datastore_routes
from local_azure.machine_learning.datastores.routes import NAME as DATASTORE
from local_azure.machine_learning.execution import routes as execution_routes
from local_azure.machine_learning.execution.environments import Environments
from local_azure.machine_learning.execution.models import Execution
from local_azure.machine_learning.execution.workers import Workers
from local_azure.machine_learning.metrics import routes as metric_routes
from local_azure.machine_learning.metrics.models import Metrics
from local_azure.machine_learning.models import routes as model_routes
from local_azure.machine_learning.models.models import Models
from local_azure.machine_learning.pipelines import definition_routes as pipeline_routes
from local_azure.machine_learning.pipelines import run_routes as pipeline_run_routes
from local_azure.machine_learning.pipelines import schedule_routes
from local_azure.machine_learning.pipelines.entities import Entities
from local_azure.machine_learning.pipelines.models import Pipelines
from local_azure.machine_learning.pipelines.running import PipelineRunner
from local_azure.machine_learning.pipelines.schedules import Schedules
from local_azure.machine_learning.run_history import write_routes
from local_azure.machine_learning.run_history.tokens import RunTokens
from local_azure.machine_learning.run_history.writing import RunWriter
from local_azure.scenarios.times import iso
from local_azure.storage.models import BlobStore

COMPUTES = (Compute("cpu-cluster", most_nodes=2),)


@dataclass(frozen=True, slots=True)
class Place:
    """Where runs are: the folder of their processes, the URL of the services, whom their processes trust."""

    folder: Path
    url: str
    certificate_authority: Path


def _now() -> datetime:
    return datetime.now(UTC)


class Living:
    """`publish` takes the events of runs, in the Event Grid schema; schedules are due by the clock; `now` is when
    something comes to be or ends."""

    def __init__(self, place: Place, store: BlobStore, publish: Callable[[dict[str, Any]], None],
                 clock: Clock, computes: Sequence[Compute] = COMPUTES, now: Callable[[], datetime] = _now):
        self.tokens = RunTokens()
        artifacts = Artifacts(store, lambda: iso(now()))
        writer = RunWriter(publish, artifacts.log_urls, now)
        self._workers = Workers(writer)
        snapshots, targets = Snapshots(store), Computes(computes)
        environments = Environments(place.url, place.folder / "home", place.certificate_authority, self.tokens)
        execution = Execution(place.folder, writer, self._workers, snapshots, artifacts, targets, environments)
        modules = Entities("Module")
        runner = PipelineRunner(place.folder.parent / DATASTORE, writer, self._workers, execution, modules)
        pipelines = Pipelines(place.url, writer, runner, modules)
        self._schedules = Schedules(pipelines, clock)
        self.batch_endpoints = BatchEndpoints(pipelines)
        self.models = Models(artifacts, publish, writer.time)
        self.answers: Answers = {
            **write_routes.answers(writer, self._workers, self.tokens), **artifact_routes.living_answers(artifacts),
            **content_routes.answers(snapshots), **compute_routes.answers(targets),
            **metric_routes.answers(Metrics()),
            **execution_routes.answers(execution, writer, self._workers, place.url),
            **datastore_routes.answers(), **model_routes.answers(self.models), **pipeline_routes.answers(pipelines),
            **pipeline_run_routes.living_answers(pipelines, self._workers),
            **schedule_routes.answers(self._schedules, pipelines)}

    async def stop(self) -> None:
        """No process is left then."""
        await self._schedules.stop()
        await self._workers.stop()
