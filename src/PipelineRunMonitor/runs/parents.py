"""Steps of one pipeline run end close together: they share one request for it while it runs.

What was shared is forgotten after a few seconds, and at once when the pipeline run itself ends. Its last status is
never shared, so a step that is read after the end sees the end.
"""
import time
from collections.abc import Callable

from .. import statuses
from .shared_reads import SharedReads
from .snapshots import RunSummary

_SHARED_SECONDS = 10.0
_REMEMBERED = 1_000


class SharedParents(SharedReads[RunSummary]):
    """Parents by workspace and run id."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        super().__init__(_REMEMBERED, _SHARED_SECONDS, _still_runs, clock)


def _still_runs(parent: RunSummary) -> bool:
    return parent.status is not None and parent.status not in statuses.ENDED
