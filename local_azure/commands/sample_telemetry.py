"""What the sample workspace has besides its runs: results of notebooks, and the requests of its scoring services.

No event tells of either, so they are put into the store, each as if it had been sent in its own time.
"""
import sys
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from ..application_insights.models import TelemetryStore
from ..cloud import LocalAzure
from ..scenarios.models import Workspace
from ..scenarios.scoring import scoring_items

_APP = Path(__file__).parents[2] / "src"


def add_sample_telemetry(local_azure: LocalAzure, workspace: Workspace, now: datetime) -> None:
    """That of the days before `now`, which has a time zone."""
    key = local_azure.instrumentation_key
    _put(local_azure.store, scoring_items(now, key))
    _put(local_azure.store, _notebook_items(workspace, now, key))


def _notebook_items(workspace: Workspace, now: datetime, key: str) -> list[dict[str, Any]]:
    """Made by the function's own code, which is imported here alone: whoever starts no sample needs none of it."""
    if str(_APP) not in sys.path:
        sys.path.append(str(_APP))
    from dashboard.sample_notebooks import notebook_records
    from dashboard.sample_records import item_of

    items = [item_of(sent.record, sent.time, key) for sent in notebook_records(now, workspace.name)]
    return sorted(items, key=lambda item: item["time"])


def _put(store: TelemetryStore, items: Iterable[dict[str, Any]]) -> None:
    """A day at a time, at its end: what is older than two days is refused. Raises ValueError for what is refused."""
    for _, day in groupby(items, key=lambda item: item["time"][:len("2024-01-01")]):
        of_day = list(day)
        if errors := store.accept(of_day, datetime.fromisoformat(of_day[-1]["time"])).errors:
            raise ValueError(f"an item of the sample workspace is refused: {errors[0].message}")
