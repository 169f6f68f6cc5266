"""What is submitted runs: its snapshot is unpacked, a process does it, and what it says and leaves is the run's."""
import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_azure.machine_learning.artifacts.models import EXPERIMENT_RUN, Artifacts
from local_azure.machine_learning.computes.models import Computes
from local_azure.machine_learning.content.models import Snapshots
from local_azure.machine_learning.execution.environments import Environments
from local_azure.machine_learning.execution.process import run_process
from local_azure.machine_learning.execution.workers import Workers
from local_azure.machine_learning.run_history.models import NotFoundError, WorkspaceHistory
from local_azure.machine_learning.run_history.writing import (
    CANCELED, COMPLETED, FAILED, FINALIZING, QUEUED, RUNNING, RunWriter)
from local_azure.scenarios.models import Experiment, Run
from local_azure.scenarios.shapes import error

LOG = "user_logs/std_log.txt"
DEFAULT_LIMIT_SECONDS = 3600
_UPLOADED = ("outputs", "logs")
_LAST_LINES, _MOST_CHARACTERS = 30, 3000
_DATA_REFERENCE = re.compile(r"\$(AZUREML_DATAREFERENCE_\w+)")


@dataclass(frozen=True, slots=True)
class Job:
    """What is to run: `definition` is a run configuration, `environment` are variables besides those of every run."""

    run_id: str
    definition: Mapping[str, Any]
    snapshot_id: str
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> str:
        return str(self.definition.get("target") or "")

    @property
    def limit_seconds(self) -> float:
        return float(self.definition.get("maxRunDurationSeconds") or DEFAULT_LIMIT_SECONDS)


class Execution:
    """Runs jobs in folders below its own, and no more at a time than their compute has nodes."""

    def __init__(self, folder: Path, writer: RunWriter, workers: Workers, snapshots: Snapshots, artifacts: Artifacts,
                 computes: Computes, environments: Environments):
        self._folder, self._writer, self._workers = folder, writer, workers
        self._snapshots, self._artifacts, self._computes = snapshots, artifacts, computes
        self._environments = environments

    def submit(self, history: WorkspaceHistory, experiment: Experiment, job: Job, **fields: Any) -> Run:
        """The run, at its beginning; `fields` are those of its record. The same id again is the same run, which is not
        started again. Raises NotFoundError for an unknown compute."""
        try:
            return history.run(job.run_id)
        except NotFoundError:
            self._computes.find(job.target)
        properties = {"_azureml.ComputeTargetType": "amlctrain", "ContentSnapshotId": job.snapshot_id,
                      **fields.pop("properties", {})}
        run = self._writer.create(history, experiment, job.run_id, target=job.target, definition=job.definition,
                                  properties=properties, **fields)
        self._workers.start(history, run.id, lambda: self._run(history, job))
        return run

    async def _run(self, history: WorkspaceHistory, job: Job) -> None:
        self._writer.move(history, job.run_id, QUEUED)
        async with self._computes.node(job.target):
            folder = self._folder / job.run_id
            for name in _UPLOADED:
                (folder / name).mkdir(parents=True, exist_ok=True)
            await asyncio.to_thread(self._snapshots.unpack, job.snapshot_id, folder)
            log = self._open_log(job.run_id)
            run = self._writer.move(history, job.run_id, RUNNING)
            try:
                code = await self._process(history, run, job, folder, log)
            finally:
                await self._collect(job.run_id, folder)
        self._writer.move(history, job.run_id, FINALIZING)
        self._end(history, job, log, code)

    async def _process(self, history: WorkspaceHistory, run: Run, job: Job, folder: Path, log: Path) -> int | None:
        """Its exit code; None when its time was over."""
        environment = {**self._environments.of(history, run, job.definition), **job.environment}
        try:
            return await run_process(_arguments(job, environment), folder, environment, log, job.limit_seconds)
        except TimeoutError:
            return None

    def _open_log(self, run_id: str) -> Path:
        """The file that the process writes to is the blob, so that it is read while it grows."""
        artifact = self._artifacts.add(EXPERIMENT_RUN, f"dcid.{run_id}", LOG)
        self._artifacts.store.write(artifact.container, artifact.path, b"")
        return self._artifacts.store.existing(artifact.container, artifact.path)

    async def _collect(self, run_id: str, folder: Path) -> None:
        """What the run has not uploaded itself of the files that Azure uploads; they may be large."""
        for file in sorted(path for name in _UPLOADED for path in (folder / name).rglob("*") if path.is_file()):
            path, container = file.relative_to(folder).as_posix(), f"dcid.{run_id}"
            if not self._artifacts.has(EXPERIMENT_RUN, container, path):
                await asyncio.to_thread(self._artifacts.store.put_file, container, path, file)
                self._artifacts.add(EXPERIMENT_RUN, container, path)

    def _end(self, history: WorkspaceHistory, job: Job, log: Path, code: int | None) -> None:
        if code == 0:
            self._writer.move(history, job.run_id, COMPLETED)
        elif code is None:
            self._writer.move(history, job.run_id, CANCELED, error=self._error(
                job, f"The run took longer than the {job.limit_seconds:g} seconds that it may take."))
        else:
            said = history.run(job.run_id).record.get("error")
            self._writer.move(history, job.run_id, FAILED, error=said or self._error(
                job, f"Execution failed. User process 'python' exited with status code {code}. Please check log file "
                     f"'{LOG}' for error details. Error: {_last_words(log)}"))

    def _error(self, job: Job, message: str) -> dict[str, Any]:
        return error(job.run_id, self._writer.now(), code="UserError", inner="UserScriptException", message=message,
                     component="CommonRuntime")


def _arguments(job: Job, environment: Mapping[str, str]) -> list[str]:
    """Those of the starter. Data references in the arguments of a script are replaced, in a command by the shell."""
    if command := job.definition.get("command"):
        return ["command", command if isinstance(command, str) else " ".join(command)]
    arguments = job.definition.get("arguments") or ()
    return ["script", str(job.definition["script"]), *(
        _DATA_REFERENCE.sub(lambda found: environment.get(found[1], found[0]), str(one)) for one in arguments)]


def _last_words(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").splitlines()[-_LAST_LINES:]
    return "\n".join(lines)[-_MOST_CHARACTERS:]
