"""Trains with the sample's pipeline: published as its users publish it, started by its endpoint."""
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rich.status import Status

from ...failure import CommandError
from ..caller import Caller
from ..programs import run_python

SAMPLE = Path(__file__).parents[4] / "samples" / "diabetes_regression"
EXPERIMENT = "diabetes_regression"
STEPS = ("Train", "Evaluate", "Register")

_NEEDED = ("azureml.pipeline.core", "sklearn")
_PUBLISH_SECONDS = 120
_RUN_SECONDS = 180
_POLL_SECONDS = 0.2
_ENDS = frozenset({"Completed", "Failed", "Canceled"})


@dataclass(frozen=True, slots=True)
class Training:
    """A pipeline run that has ended; its tags say what came out and why."""

    run_id: str
    status: str
    tags: Mapping[str, str]

    @property
    def outcome(self) -> str:
        said = self.tags.get("registration", "it does not say what came out")
        return f"{self.status}, {said}: {self.tags.get('registration_reason', 'see its log')}"


def publish(environment: Mapping[str, str], pause: Callable[[float], None]) -> str:
    """The id of the published pipeline. Raises CommandError."""
    if missing := [name for name in _NEEDED if not _is_there(name)]:
        raise CommandError(f"{', '.join(missing)} not installed in {sys.prefix}: `make up` or `make demo` does it")
    program = SAMPLE / "publish_pipeline.py"
    ended = run_python([str(program), "--build_id", "1"], environment, pause, seconds=_PUBLISH_SECONDS)
    if ended.returncode:
        raise CommandError(f"{program.name} ended with exit code {ended.returncode}",
                           *ended.stderr.strip().splitlines()[-5:])
    return ended.stdout.splitlines()[-1]


class Trainer:
    """`pause` waits, and what it raises ends the demo."""

    def __init__(self, caller: Caller, pipeline_id: str, pause: Callable[[float], None]):
        self._caller, self._pipeline_id, self._pause = caller, pipeline_id, pause
        self._services = caller.find_services()

    def train(self, status: Status, **parameters: str) -> Training:
        """Raises CommandError."""
        url = f"{self._of('pipelines/v1.0')}/PipelineRuns/PipelineSubmit/{self._pipeline_id}"
        run_id = self._caller.ask("POST", url, {
            "ExperimentName": EXPERIMENT, "RunSource": "SDK", "ParameterAssignments": parameters})["Id"]
        began = time.monotonic()
        while (run := self._read(run_id))["status"] not in _ENDS:
            if time.monotonic() - began > _RUN_SECONDS:
                raise CommandError(f"pipeline run {run_id} takes longer than {_RUN_SECONDS} seconds")
            status.update(f"training for build {parameters['build_id']}: {self._describe_steps(run_id)}")
            self._pause(_POLL_SECONDS)
        return Training(run_id, run["status"], run["tags"])

    def registered(self) -> list[dict[str, Any]]:
        """Every version of every model, the last first."""
        found: list[dict[str, Any]] = self._caller.ask("GET", f"{self._of('modelmanagement/v1.0')}/models")["value"]
        return found

    def _read(self, run_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self._caller.ask("GET", f"{self._of('history/v1.0')}/runs/{run_id}")
        return found

    def _describe_steps(self, run_id: str) -> str:
        url = f"{self._of('history/v1.0')}/experiments/{EXPERIMENT}/runs/{run_id}/children"
        steps = reversed(self._caller.ask("GET", url)["value"])
        return ", ".join(f"{step['name']} {step['status']}" for step in steps) or "begins"

    def _of(self, service: str) -> str:
        return f"{self._services}/{service}{self._caller.workspace_id}"


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
