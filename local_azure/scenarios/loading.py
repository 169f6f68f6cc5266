"""Loads the sample workspace: every JSON file beside this module is one of its experiments.

The files declare a working week of 2022. Loading moves it to the recent past by whole days, so that the last run
ended within the 24 hours before now; times of day, durations and the order of everything stay.
"""
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from local_azure.scenarios.events import EVENT_DELAY
from local_azure.scenarios.expansion import Expansion
from local_azure.scenarios.models import Experiment, Workspace
from local_azure.scenarios.shapes import LOCATION
from local_azure.scenarios.times import move

SUBSCRIPTION_ID = "38e0c6f9-393e-413e-9d17-6e95dc2b5a5b"
RESOURCE_GROUP = "sample"
WORKSPACE_NAME = "sample-ws"
WORKSPACE_ID = "be7c6676-a074-4c76-8a0a-3342397f971c"

_FILES = {path.stem: path for path in sorted(Path(__file__).parent.glob("*.json"))}


class UnknownScenarioError(LookupError):
    """There is no scenario of that name; the message lists those there are."""


def load(now: datetime, names: Sequence[str] | None = None) -> Workspace:
    """The workspace with the named scenarios, or with all; `now` has a time zone. Raises UnknownScenarioError."""
    expansions = [Expansion(_read(name)) for name in names or _FILES]
    runs = [run for expansion in expansions for run in expansion.runs()]
    # The event of the last run comes a little after its end, and must not lie in the future either.
    days = (now - EVENT_DELAY - max(run.end_time for run in runs if run.end_time)) // timedelta(days=1)
    return Workspace(
        SUBSCRIPTION_ID, RESOURCE_GROUP, WORKSPACE_NAME, WORKSPACE_ID, LOCATION,
        experiments=tuple(_move_experiment(expansion.experiment, days) for expansion in expansions),
        runs=tuple(replace(run, record=move(run.record, days), details=move(run.details, days)) for run in runs))


def _read(name: str) -> dict[str, Any]:
    if name not in _FILES:
        raise UnknownScenarioError(f"no scenario is called {name!r}; there are {', '.join(_FILES)}")
    found: dict[str, Any] = json.loads(_FILES[name].read_text(encoding="utf-8"))
    return found


def _move_experiment(experiment: Experiment, days: int) -> Experiment:
    return Experiment(experiment.id, experiment.name, move(experiment.created_utc, days))
