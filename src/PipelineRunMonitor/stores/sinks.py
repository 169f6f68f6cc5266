"""Where records go and can be read back: two small Protocols, so that any store can be used."""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from azure_access.deadline import Deadline

from ..records.record import Record

ROLE_NAME = "PipelineRunMonitor"  # what the cloud_RoleName of everything that is sent says


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that the store will never take, and why."""

    record: Record
    reason: str


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of records: those in neither list were accepted. `problem` says why the `unsent` were not sent, and
    what to do."""

    refusals: Sequence[Refusal] = ()
    unsent: Sequence[Record] = ()
    problem: str = ""


class Sink(Protocol):
    """Safe to use from many threads. `name` is what an error calls it, `setting` what says where it is."""

    name: str
    setting: str

    def send(self, records: Sequence[Record], deadline: Deadline) -> Sending:
        """Returns when it is known what became of every record, and raises nothing for what the store answers."""


class RecordedRuns(Protocol):
    """Reads back from a store what it has. Safe to use from many threads."""

    def find(self, workspace_name: str, run_ids: Sequence[str]) -> set[tuple[str, str]]:
        """Which of these runs are recorded, as pairs of run id and status. Raises RetryableError."""
