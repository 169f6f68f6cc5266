"""Loose events and runs -> stories: what belongs to one tree of runs is one story, whichever files it is from.

A run of which no event is at hand gets the one that Azure would have sent. An event of which no run is at hand gets a
run that says what the event says and nothing else.
"""
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from local_azure.scenarios.events import run_event
from local_azure.scenarios.identifiers import identifier
from local_azure.scenarios.models import Experiment
from local_azure.scenarios.times import iso

from .models import Json, Step, Story, mapping, text
from .reading import CREATED, Piece
from .times import event_time

_TIMES = ("endTimeUtc", "startTimeUtc", "createdUtc", "createdTimeUtc")
_UNNAMED = "unknown"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def assemble(pieces: Sequence[Piece], topic: str, experiment_name: str | None, now: datetime) -> list[Story]:
    """`topic` is that of runs without an event, `experiment_name` that of runs which do not name theirs."""
    runs = {piece.body["runId"]: piece.body for piece in pieces if not piece.is_event}
    trees: dict[str, list[Piece]] = {}
    for number, piece in enumerate(pieces):
        trees.setdefault(_tree(piece, runs) or f"piece {number}", []).append(piece)
    return [_story(tree, topic, experiment_name, now) for tree in trees.values()]


def _tree(piece: Piece, runs: Mapping[str, Json]) -> str | None:
    """The root, as far as runs that are at hand lead to it, and what an event says of its run."""
    run_id = _told_run(piece.body) if piece.is_event else text(piece.body["runId"])
    if piece.is_event and run_id not in runs:
        run_id = _parent_of(_data(piece.body)) or run_id
    passed: set[str] = set()
    while run_id and run_id in runs and run_id not in passed:
        passed.add(run_id)
        run = runs[run_id]
        run_id = text(run.get("rootRunId")) or text(run.get("parentRunId")) or run_id
    return run_id


def _story(pieces: Sequence[Piece], topic: str, experiment_name: str | None, now: datetime) -> Story:
    events = [piece.body for piece in pieces if piece.is_event]
    runs = [piece.body for piece in pieces if not piece.is_event]
    experiments = _experiments([*map(_data, events), *runs], experiment_name)
    at_hand = {run["runId"]: _in_experiment(run, experiments) for run in runs}
    told = {_told_run(event) for event in events}
    events += [_event_of(run, topic, experiments, now) for run_id, run in at_hand.items() if run_id not in told]
    events.sort(key=lambda event: event_time(event) or _LONG_AGO)
    steps = [Step({**_run_of(event), **at_hand}, event) for event in events]
    return Story(", ".join(dict.fromkeys(piece.source for piece in pieces)), tuple(experiments.values()), tuple(steps))


def _experiments(named: Iterable[Json], fallback: str | None) -> dict[str | None, Experiment]:
    """By the id that a run gives, None where it gives none. Who names an experiment names it for all."""
    names: dict[str | None, str | None] = {}
    for each in named:
        experiment_id, name = text(each.get("experimentId")), text(each.get("experimentName"))
        names[experiment_id] = names.get(experiment_id) or name
    return {given: Experiment(given or identifier("experiment", name or fallback or _UNNAMED),
                              name or fallback or given or _UNNAMED, CREATED) for given, name in names.items()}


def _in_experiment(run: Json, experiments: Mapping[str | None, Experiment]) -> Json:
    """The run, as it is where it says its experiment."""
    given = text(run.get("experimentId"))
    return run if given else {**run, "experimentId": experiments[None].id}


def _event_of(run: Json, topic: str, experiments: Mapping[str | None, Experiment], now: datetime) -> Json:
    name = next(each.name for each in experiments.values() if each.id == run["experimentId"])
    return run_event(topic, name, run, next(filter(None, (text(run.get(field)) for field in _TIMES)), iso(now)))


def _run_of(event: Json) -> dict[str, Json]:
    """What an event says of its run, by the run's id; none where it does not say that."""
    data, run_id = _data(event), _told_run(event)
    if run_id is None:
        return {}
    parent_id = _parent_of(data)
    found: dict[str, Any] = {
        "runId": run_id, "rootRunId": _property(data, "azureml.rootpipelinerunid") or parent_id or run_id,
        "parentRunId": parent_id, "experimentId": data.get("experimentId"), "runType": data.get("runType"),
        "status": data.get("runStatus") or "Completed", "tags": data.get("runTags"),
        "properties": data.get("runProperties")}
    return {run_id: found}


def _data(event: Json) -> Json:
    return mapping(event.get("data"))


def _told_run(event: Json) -> str | None:
    return text(_data(event).get("runId"))


def _parent_of(data: Json) -> str | None:
    found = _property(data, "azureml.pipelinerunid")
    return None if found == data.get("runId") else found


def _property(data: Json, name: str) -> str | None:
    return text(mapping(data.get("runTags")).get(name)) or text(mapping(data.get("runProperties")).get(name))
