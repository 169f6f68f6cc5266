"""Stories of runs, played through the function's own reading and recording without a network in between.

A story is a file of `tests/data/field_cases`: before each of its events the runs are as `runs` says, then it comes.
"""
import json
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from urllib.parse import unquote, urlsplit

from azure_access.answers import Fields, parse_json
from azure_access.deadline import Deadline
from azure_access.errors import RunNotFoundError
from azure_access.workspaces import WorkspaceId
from local_azure.machine_learning.run_history.models import NotFoundError, WorkspaceHistory
from local_azure.machine_learning.run_history.raw_runs import raw_run
from local_azure.scenarios.models import Experiment, Workspace
from PipelineRunMonitor.events.parsing import RunEvent, parse
from PipelineRunMonitor.records.record import Record, run_detail
from PipelineRunMonitor.runs.optional_reads import OptionalReads
from PipelineRunMonitor.runs.parents import SharedParents
from PipelineRunMonitor.runs.reading import Reading
from PipelineRunMonitor.runs.services import Services
from PipelineRunMonitor.runs.workspace_runs import WorkspaceRuns

FOLDER = Path(__file__).parents[2] / "data" / "field_cases"
SAMPLE = WorkspaceId("38e0c6f9-393e-413e-9d17-6e95dc2b5a5b", "sample", "sample-ws")


def load(name: str) -> dict:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def play(story: Mapping) -> dict[str, Record]:
    """The last record of each run of a story."""
    history = open_history(story)
    found = {}
    for step in story["steps"]:
        history.put(step["runs"])
        [event] = parse(json.dumps(step["event"]), [SAMPLE])
        found[event.run_id] = run_detail(event, read(event, history))
    return found


def open_history(story: Mapping) -> "SilentHistory":
    experiment = story["experiment"]
    return SilentHistory(Experiment(experiment["id"], experiment["name"], "2026-01-01T00:00:00Z"))


def read(event: RunEvent, history: "SilentHistory"):
    """With all metrics."""
    services = Services(SAMPLE, "https://history", "https://history", "https://ml.azure.com/runs/{run_id}?wsid=w",
                        history)
    deadline = Deadline(60)
    reads = OptionalReads(event.run_id, InlineThreads(), deadline)
    return Reading(event, WorkspaceRuns(services), reads, SharedParents(), deadline, ["*"]).read()


class InlineThreads:
    """A pool that does at once what it is given."""

    def submit(self, work, *arguments, **named) -> Future:
        future = Future()
        try:
            future.set_result(work(*arguments, **named))
        except Exception as exc:
            future.set_exception(exc)
        return future


class SilentHistory:
    """A connection to a run history that is asked without a network; answers are JSON texts all the same. In them the
    text `ODD` is replaced by `odd`, which is JSON of any kind."""

    ODD = "@odd@"

    def __init__(self, experiment: Experiment):
        self.odd = "null"
        self.last_values: Mapping = {}
        self._history = WorkspaceHistory(
            Workspace(SAMPLE.subscription_id, SAMPLE.resource_group, SAMPLE.name, "w", "w", (experiment,), ()))

    def put(self, runs: Mapping[str, Mapping]) -> None:
        for run_id, run in runs.items():
            self._history.put(raw_run(run_id, run))

    def ask(self, what: str, url: str, query: Mapping | None = None) -> Fields:
        parts = [unquote(part) for part in urlsplit(url).path.partition(f"{SAMPLE.arm_id}/")[2].split("/")]
        try:
            answer = json.dumps(self._answer(parts, query or {})).replace(json.dumps(self.ODD), self.odd)
            return Fields(parse_json(answer.encode()))
        except NotFoundError as exc:
            raise RunNotFoundError(f"{what} not found") from exc

    def _answer(self, parts: list[str], query: Mapping):
        match parts:
            case ["runs", run_id]:
                return self._history.run(run_id).record
            case ["experimentids", experiment_id, "runs", run_id, "details"]:
                return self._history.run(run_id, self._history.experiment(experiment_id)).details
            case ["experimentids", experiment_id, "runs:query"]:
                found = self._history.query(self._history.experiment(experiment_id), query["filter"])
                return {"value": [run.record for run in found]}
            case ["runs", _, "lastvalues"]:
                return self.last_values
            case ["artifacts", *_, container, folder]:
                files = self._history.log_urls(container, folder)
                return {"value": [{"path": path, "contentUri": uri} for path, uri in files.items()]}
        raise NotFoundError("/".join(parts))


def node_hours(records: Mapping[str, Record]) -> float:
    """Of the machines that the runs of a story held."""
    return sum(_node_hours(record.dimensions) for record in records.values())


def _node_hours(found: Mapping[str, str]) -> float:
    if "is_orchestrating" in found:
        return 0.0
    return int(found.get("execution_time_ms", 0)) / 3_600_000 * int(found.get("node_count", 1))


def names() -> list[str]:
    return [file.stem for file in sorted(FOLDER.glob("*.json"))]
