"""The columns of the benchmark: what is measured side by side, each in processes of its own. A column is one entry."""
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Goals:
    """What is wanted of a column of the function beyond what is wanted of all of them."""

    most_cpu_ms: float
    most_first_record_seconds: float


@dataclass(frozen=True, slots=True)
class Column:
    """A module whose `main` records the text of an event, in an environment with these settings beside the usual ones.

    One that is slow takes a `share` of the events. Those of the function have goals, and record batches and siblings
    too.
    """

    module: str
    environment: Mapping[str, str] = field(default_factory=dict)
    share: float = 1.0
    goals: Goals | None = None


_FUNCTION = "PipelineRunMonitor.pipeline_run_monitor"

COLUMNS: Mapping[str, Column] = {
    "naive": Column("tests.benchmarks.naive", share=1 / 6),
    "ours": Column(_FUNCTION, goals=Goals(most_cpu_ms=6.0, most_first_record_seconds=1.0)),
    "rest": Column(_FUNCTION, {"RUN_READER": "rest"}, goals=Goals(most_cpu_ms=4.5, most_first_record_seconds=0.6)),
    "limit": Column("tests.benchmarks.limit")}
FUNCTIONS = tuple(name for name, column in COLUMNS.items() if column.goals)
USUAL = "ours"  # of the functions that of the usual settings, which grows old and meets inputs of every size
