"""The run that a step is, with the pipeline run above it and the workspace around it.

By hand there is no run: the SDK's own offline run prints what would be recorded.
"""
import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from azureml.core import Model, Run, Workspace


class StepRun:

    def __init__(self, run: Any):
        self._run = run
        self._is_submitted = hasattr(run, "experiment")
        self._pipeline_run = run.parent if self._is_submitted else None

    @classmethod
    def current(cls) -> "StepRun":
        return cls(Run.get_context())

    @property
    def workspace(self) -> Workspace:
        if self._is_submitted:
            return self._run.experiment.workspace
        from named_workspace import open_workspace  # what it needs, a submitted run does not
        return open_workspace()

    @property
    def origin(self) -> dict[str, str]:
        """Where a model comes from, as its tags: the pipeline run, or the step where it runs alone."""
        if not self._is_submitted:
            return {}
        return {"run_id": (self._pipeline_run or self._run).id, "experiment_name": self._run.experiment.name}

    def record(self, tags: Mapping[str, str], metrics: Mapping[str, float]) -> None:
        """On the step's run and on the pipeline run: who looks at either sees what came out, and why."""
        for run in filter(None, (self._run, self._pipeline_run)):
            run.set_tags(dict(tags))
            for name, value in metrics.items():
                run.log(name, value)
            run.flush()  # an exit comes sooner than the SDK's next turn

    def register_model(self, folder: Path, name: str, tags: Mapping[str, str]) -> int:
        """The new version of the model, whose files are kept with the run that registers it."""
        if self._is_submitted:
            self._run.upload_folder(folder.name, str(folder))
            return int(self._run.register_model(name, folder.name, tags=dict(tags)).version)
        workspace = self.workspace
        with contextlib.chdir(folder.parent):  # the SDK takes files below the working directory only
            return int(Model.register(workspace, folder.name, name, tags=dict(tags)).version)
