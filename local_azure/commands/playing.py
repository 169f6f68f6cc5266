"""Plays a story through the local Azure: runs into the run history, the event to Event Grid, and waits for its end.

One event is under way at a time, so what the function records and logs meanwhile is about that event.
"""
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpx

from ..cloud import LocalAzure
from ..machine_learning.run_history.raw_runs import raw_run
from ..scenarios.models import Workspace
from ..stories.models import Json, Step, Story
from ..stories.workspaces import workspace_of
from ..subscriptions import MONITOR
from .connecting import read_error
from .outcomes import Ending, Log, Outcome, judge_delivered
from .posting import Batch

ATTEMPTS = 3
"""Between two deliveries nothing changes here but how busy the machine is."""
_WAIT_SECONDS = 180
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Player:
    """`workspace` has the runs whose event names none; `pause` waits, and what it raises ends the play."""

    local_azure: LocalAzure
    workspace: Workspace
    client: httpx.Client
    pause: Callable[[float], None]

    def play(self, story: Story) -> Iterator[Outcome]:
        """The outcome of each event, as it comes."""
        for step in story.steps:
            self._put(story, step)
            yield self._deliver(step.event)

    def _put(self, story: Story, step: Step) -> None:
        workspace = workspace_of(step.event) or self.workspace
        history = self.local_azure.history.workspace(workspace.arm_id)
        for experiment in story.experiments:
            history.put_experiment(experiment)
        for run_id, run in step.runs.items():
            history.put(raw_run(run_id, run))

    def _deliver(self, event: Json) -> Outcome:
        counters = self.local_azure.delivery.counters[MONITOR]
        matched, delivered, recorded = counters.matched, counters.delivered, self._count_records()
        logged = self.local_azure.functions_log.stat().st_size
        if refusal := self._publish(event):
            return Outcome(event, Ending.REFUSED, f"by the topic: {refusal}")
        if counters.matched == matched:
            refusal = self.local_azure.delivery.subscriptions[MONITOR].filter.refusal(event)
            return Outcome(event, Ending.OF_NO_INTEREST, f"the event subscription {refusal}")
        deadline = monotonic() + _WAIT_SECONDS
        while counters.pending and monotonic() < deadline:
            self.pause(_POLL_SECONDS)
        log = Log.parse(self._read_log(logged))
        if counters.pending:
            return Outcome(event, Ending.PENDING, f"not within {_WAIT_SECONDS} seconds: {log.error}")
        if counters.delivered == delivered:
            return Outcome(event, Ending.DEAD_LETTER, f"after {ATTEMPTS} attempts: {log.error}", notes=log.warnings)
        return judge_delivered(event, self._last_records(self._count_records() - recorded), log)

    def _publish(self, event: Json) -> str | None:
        """Why the topic refuses the event, None where it takes it."""
        batch, endpoints = Batch("", [event]), self.local_azure.endpoints
        response = self.client.post(endpoints.topic_url, content=json.dumps(batch.events), headers={
            "aeg-sas-key": endpoints.topic_key, "Content-Type": batch.content_type})
        return None if response.is_success else read_error(response)

    def _count_records(self) -> int:
        return self.local_azure.store.counts()["traces"]

    def _last_records(self, count: int) -> list[Mapping[str, Any]]:
        if not count:
            return []
        found = self.local_azure.store.query(f"traces | top {count} by timestamp desc | project customDimensions")
        return [json.loads(dimensions) for dimensions, in reversed(found.rows)]

    def _read_log(self, start: int) -> str:
        with self.local_azure.functions_log.open("rb") as log:
            log.seek(start)
            return log.read().decode("utf-8", "replace")
