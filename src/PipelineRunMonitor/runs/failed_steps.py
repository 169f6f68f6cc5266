"""What failed below a root run and was not made good, out of the runs that are known below it. Pure.

A failure is absorbed by a later attempt of the same node that completed, and by a completed run between it and the
root: a step that completes at its second attempt, a sweep that completes although a trial failed.
"""
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from azure_access.answers import Fields

from .. import statuses
from .run_fields import summarize
from .snapshots import FailedSteps

_MOST_TERMS = 30  # of a filter: services bound them
_NODE_ID = "azureml.nodeid"
_PLAIN = re.compile(r"[\w.-]+", re.ASCII)  # what can stand in a filter


class FailedRuns:
    """The runs below a root that failed."""

    def __init__(self, root_id: str, failed: Sequence[Fields]):
        self._root_id = root_id
        self._failed = {run_id: run for run in failed if (run_id := run.text("runId")) and run_id != root_id}
        self._known = dict(self._failed)
        self._completed_attempts: dict[tuple[str, str], list[Fields]] = {}

    def find_terms(self) -> list[str]:
        """What a filter has to let through to tell what absorbed the failures: their other parents, and the attempts of
        their nodes."""
        parents = {parent for run in self._failed.values() if (parent := run.text("parentRunId"))}
        nodes = {node[1] for run in self._failed.values() if (node := _node(run))}
        terms = [f"RunId eq {one}" for one in sorted(parents - self._failed.keys() - {self._root_id})
                 if _PLAIN.fullmatch(one)]
        terms += [f'Properties/{_NODE_ID} eq "{one}"' for one in sorted(nodes) if _PLAIN.fullmatch(one)]
        return terms[:_MOST_TERMS]

    def add(self, runs: Sequence[Fields]) -> None:
        """What that filter let through."""
        for run in runs:
            self._known.setdefault(run.text("runId") or "", run)
            if (node := _node(run)) and run.text("status") == statuses.COMPLETED:
                self._completed_attempts.setdefault(node, []).append(run)

    def summarize(self, find_page: Callable[[str], str], root_completed: bool) -> FailedSteps | None:
        """None where none failed, or all failures were absorbed. `root_completed`: the root itself says so."""
        left = {run_id: run for run_id, run in self._failed.items() if not self._is_absorbed(run_id, root_completed)}
        if not left:
            return None
        explained = {run.text("parentRunId") for run in left.values()}
        causes = {run_id: run for run_id, run in left.items() if run_id not in explained} or left
        first = min(causes, key=lambda run_id: _ended(causes[run_id]))
        named = Fields({**causes[first].members, "name": self._find_name(first)})
        return FailedSteps(len(left), summarize(first, named, find_page(first)),
                           causes[first].fields("error").members)

    def _is_absorbed(self, run_id: str, root_completed: bool) -> bool:
        """Where the way up is not known, the root has the word: one that completed has let nothing pass."""
        for above in self._way_up(run_id):
            run = self._known.get(above)
            if run is None:
                return root_completed
            if run.text("status") == statuses.COMPLETED or self._is_mended(run):
                return True
        return False

    def _way_up(self, run_id: str) -> Iterator[str]:
        """The run and those above it, without the root. What is its own ancestor ends the way."""
        seen: set[str] = set()
        above: str | None = run_id
        while above and above != self._root_id and above not in seen:
            seen.add(above)
            yield above
            run = self._known.get(above)
            above = run.text("parentRunId") if run else None

    def _is_mended(self, run: Fields) -> bool:
        node, created = _node(run), _created(run)
        attempts = self._completed_attempts.get(node, ()) if node else ()
        return any(created is None or (at := _created(attempt)) is None or at > created for attempt in attempts)

    def _find_name(self, run_id: str) -> str:
        """Of a run without one, like a trial of a sweep, that of the step around it."""
        runs = [run for above in self._way_up(run_id) if (run := self._known.get(above))]
        names = (run.text("name") or run.text("displayName") or run.text("properties", "azureml.moduleName")
                 for run in runs)
        return next((name for name in names if name), run_id)


def _node(run: Fields) -> tuple[str, str] | None:
    """A node of a pipeline, which all attempts at it share: its pipeline run and its id there."""
    parent_id = run.text("parentRunId")
    node_id = run.text("properties", _NODE_ID) or run.text("tags", _NODE_ID)
    return (parent_id, node_id) if parent_id and node_id else None


def _created(run: Fields) -> datetime | None:
    return run.time("createdUtc") or run.time("startTimeUtc")


def _ended(run: Fields) -> float:
    time = run.time("endTimeUtc") or run.time("createdUtc")
    return time.timestamp() if time else float("inf")
