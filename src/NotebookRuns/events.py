"""Event Grid's events -> which run of which workspace has changed. Pure.

In the Event Grid schema or as CloudEvents. What is no event of a notebook's run is none of ours: the subscription's
filter lets through what has their tag, and so does this.
"""
from collections.abc import Iterator
from dataclasses import dataclass

from azure_access.answers import Fields, parse_json
from azure_access.workspaces import WorkspaceId

from .runs.identifiers import MARK


@dataclass(frozen=True, slots=True)
class ChangedRun:
    workspace: WorkspaceId
    run_id: str


def parse_events(text: str) -> Iterator[ChangedRun]:
    """One event or a list of them; whatever is in them, nothing is raised."""
    try:
        content = parse_json(text.encode("utf-8", "replace"))
    except ValueError:
        return
    for event in map(Fields, content if isinstance(content, list) else [content]):
        run_id, topic = event.text("data", "runId"), event.text("topic") or event.text("source") or ""
        if run_id and event.text("data", "runTags", MARK):
            try:
                yield ChangedRun(WorkspaceId.from_arm_id(topic), run_id)
            except ValueError:
                continue
