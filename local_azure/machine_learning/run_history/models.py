"""The run history of some workspaces: experiments, their runs, the runs' log files and datasets.

Scenarios fill it; `put` and `put_experiment` are the only changes after that. Each is one dictionary assignment,
and what reads more than one entry reads a copy, so threads need no lock. A run's JSON need not be what Azure promises:
what it lacks or has in another type matches nothing, as in Azure's own index.
"""
from collections.abc import Iterable, Iterator
from typing import Any

from local_azure.machine_learning.run_history.filters import matches
from local_azure.scenarios.models import Experiment, Run, Workspace
from local_azure.scenarios.storage import signed_url


class NotFoundError(LookupError):
    """There is no such workspace, experiment, run, artifact container or dataset; the message says which."""


class WorkspaceHistory:
    """The experiments and runs of one workspace. Lookups raise NotFoundError."""

    def __init__(self, workspace: Workspace):
        self.arm_id = workspace.arm_id
        self.workspace_id = workspace.id
        self._experiments = {experiment.id: experiment for experiment in workspace.experiments}
        self._runs = {run.id: run for run in workspace.runs}

    def put(self, run: Run) -> None:
        """Adds a run, or replaces the one with its id."""
        self._runs[run.id] = run

    def put_experiment(self, experiment: Experiment) -> None:
        """Adds an experiment, or replaces the one with its id."""
        self._experiments[experiment.id] = experiment

    def experiments(self) -> tuple[Experiment, ...]:
        return tuple(self._experiments.values())

    def experiment(self, name_or_id: str) -> Experiment:
        """The experiment with that name or id."""
        for experiment in self.experiments():
            if name_or_id in (experiment.name, experiment.id):
                return experiment
        raise NotFoundError(f"Experiment {name_or_id} was not found")

    def run(self, run_id: str, experiment: Experiment | None = None) -> Run:
        """The run with that id; if an experiment is given, it must be one of its runs."""
        run = self._runs.get(run_id)
        if run is None or (experiment and run.record.get("experimentId") != experiment.id):
            raise NotFoundError(f"Run {run_id} was not found")
        return run

    def count(self) -> int:
        """How many runs there are."""
        return len(self._runs)

    def below(self, run: Run) -> list[Run]:
        """The runs below one, at any depth."""
        found, parents = [], {run.id}
        for child in sorted(self._copy(), key=lambda one: str(one.record.get("createdUtc"))):
            if child.record.get("parentRunId") in parents:
                parents.add(child.id)
                found.append(child)
        return found

    def children(self, run: Run) -> list[Run]:
        """The direct children of a run, the last started first."""
        return _latest_first(child for child in self._copy() if child.record.get("parentRunId") == run.id)

    def query(self, experiment: Experiment, filter_expression: str | None, order: str = "StartTimeUtc") -> list[Run]:
        """The experiment's runs that the filter lets through, the latest first by `order`. Raises FilterError."""
        runs = (run for run in self._copy() if run.record.get("experimentId") == experiment.id)
        return _latest_first((run for run in runs if matches(run.record, filter_expression)), order)

    def log_urls(self, data_container_id: str, folder: str) -> dict[str, str]:
        """The log files under a folder such as `user_logs`: their paths, and a signed URL for each."""
        run = self._owner(data_container_id)
        paths = [path for path in run.log_files if path.startswith(f"{folder}/")]
        return {path: signed_url(data_container_id, path) for path in paths}

    def require_dataset(self, dataset_id: str) -> None:
        """Raises NotFoundError unless some run has read or written the dataset."""
        for run in self._copy():
            if dataset_id in _saved_datasets(run.details):
                return
        raise NotFoundError(f"Dataset {dataset_id} was not found")

    def _owner(self, data_container_id: str) -> Run:
        """The run whose artifacts are there: a container has its name, but for those of runs that say otherwise."""
        prefix, _, run_id = data_container_id.partition(".")
        if prefix == "dcid" and run_id in self._runs:
            return self._runs[run_id]
        for run in self._copy():
            if run.record.get("dataContainerId") == data_container_id:
                return run
        raise NotFoundError(f"Artifact container {data_container_id} was not found")

    def _copy(self) -> tuple[Run, ...]:
        return tuple(self._runs.values())


class RunHistory:
    """The histories of several workspaces, by ARM id."""

    def __init__(self, workspaces: Iterable[Workspace]):
        self._histories = {workspace.arm_id.lower(): WorkspaceHistory(workspace) for workspace in workspaces}

    def workspace(self, arm_id: str) -> WorkspaceHistory:
        """The history of the workspace with this ARM id, in any case. Raises NotFoundError."""
        history = self._histories.get(arm_id.lower())
        if history is None:
            raise NotFoundError(f"Workspace {arm_id} was not found")
        return history


def _latest_first(runs: Iterable[Run], order: str = "StartTimeUtc") -> list[Run]:
    field = order[0].lower() + order[1:]
    return sorted(runs, key=lambda run: str(run.record.get(field) or ""), reverse=True)


def _saved_datasets(details: dict[str, Any]) -> Iterator[Any]:
    for name in ("inputDatasets", "outputDatasets"):
        lineage = details.get(name)
        for dataset in lineage if isinstance(lineage, list) else ():
            identifier = dataset.get("identifier") if isinstance(dataset, dict) else None
            if isinstance(identifier, dict):
                yield identifier.get("savedId")
