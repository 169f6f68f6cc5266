"""Whatever one value of an answer is, null, empty, of another type, a new word, huge: the run is recorded, and fits.

Every value of every field case, and of each kind of run in the sample workspace, is replaced by each third of `ODD`.
Where these begin goes from value to value, so that together all of them meet what most runs have.
"""
import json
import zlib
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timezone
from itertools import islice

import pytest

from local_azure.scenarios.events import ended_events
from PipelineRunMonitor import statuses
from PipelineRunMonitor.events.parsing import InvalidEvent, RunEvent, parse
from PipelineRunMonitor.records.record import invalid_event, run_detail
from PipelineRunMonitor.settings import Ingestion
from PipelineRunMonitor.stores.opencensus_items import OpenCensusItems
from PipelineRunMonitor.stores.opentelemetry_items import OpenTelemetryItems
from tests.src.PipelineRunMonitor.stories import SAMPLE, SilentHistory, load, names, open_history, read
from tests.src.PipelineRunMonitor.test_properties import assert_fits

ODD = {
    "null": "null", "an empty text": '""', "an empty list": "[]", "an empty object": "{}",
    "true": "true", "a number": "-7.5", "a text": '"Evaporated"', "a list": '[null, 5, "x", {"a": null}]',
    "an object": '{"error": {"error": []}, "a": NaN, "": "\\ud800"}', "a time": '"9999-12-31T23:59:59.9999999Z"',
    "a long text": json.dumps("password=hunter2 😀 " + "x" * 9_000), "a long number": "9" * 5_000,
    "many members": json.dumps({f"name {n}": n for n in range(60)}), "deep": "[" * 1_100 + "]" * 1_100}
MOST_LEVELS = 4  # of a run, whose values are replaced; what is below is only passed on


@pytest.mark.parametrize("name", names())
def test_run_of_a_story_is_recorded_whatever_one_of_its_values_is(name):
    story = load(name)
    history, done = open_history(story), set()
    for step in last_steps(story):
        [event] = parse(json.dumps(step["event"]), [SAMPLE])
        check_every_value(event, history, step["runs"], done)


def test_sample_run_is_recorded_whatever_one_of_its_values_is(sample_workspace):
    kinds = {run.record["runType"]: run for run in sample_workspace.runs if run.record["status"] == "Failed"}
    events = {event["data"]["runId"]: event for event in ended_events(sample_workspace)}
    for run in kinds.values():
        [event] = parse(json.dumps(events[run.id]), [SAMPLE])
        below = [other for other in sample_workspace.runs if other.record["rootRunId"] == run.id][:4]
        history = open_history({"experiment": {"id": event.experiment_id, "name": event.experiment_name}})
        runs = {other.id: {**other.record, **other.details} for other in (*below, run)}
        check_every_value(event, history, runs, set())


def test_run_is_recorded_whatever_one_value_of_its_metrics_is(data_folder):
    answer = json.loads((data_folder / "metrics" / "last_values.json").read_text())
    story = load("canceled_v2_command")
    step, history = story["steps"][-1], open_history(story)
    history.put(step["runs"])
    [event] = parse(json.dumps(step["event"]), [SAMPLE])
    first, *others = answer["value"]
    for path in paths({"metric": first}):
        damaged = replaced({"metric": first}, path, SilentHistory.ODD)["metric"]
        for odd, history.odd in ODD.items():
            for history.last_values in ({"value": [damaged, *others]}, damaged):
                check(event, history, f"{'/'.join(path)} is {odd}")


def last_steps(story: dict) -> list[dict]:
    """One for each kind of run that ends in the story: the last, when most is there."""
    kinds = {}
    for step in story["steps"]:
        run = step["runs"][step["event"]["data"]["runId"]]
        properties = run.get("properties") or {}
        kinds[run.get("runType"), properties.get("StepType"), run["parentRunId"] is None, run["status"]] = step
    return list(kinds.values())


def check_every_value(event: RunEvent, history: SilentHistory, runs: dict[str, dict], done: set) -> None:
    """Of the event's run, of its parent, and of one run of each kind below it; `done` are values of such runs."""
    history.put(runs)
    kinds = {(run_id == event.run_id, run.get("runType"), run["status"] in statuses.FAILED): run_id
             for run_id, run in runs.items()}
    for kind_of_run, run_id in kinds.items():
        for path in paths(runs[run_id]):
            if (kind_of_run, path) in done:
                continue
            done.add((kind_of_run, path))
            history.put({run_id: replaced(runs[run_id], path, SilentHistory.ODD)})
            case = f"{'/'.join(path)} of {run_id}"
            for kind, odd in islice(ODD.items(), zlib.crc32(case.encode()) % 3, None, 3):
                history.odd = odd
                check(event, history, f"{case} is {kind}")
        history.put({run_id: runs[run_id]})


def check(event: RunEvent, history: SilentHistory, case: str) -> None:
    try:
        record = run_detail(event, read(event, history))
        assert_fits(record)
    except Exception as exc:
        raise AssertionError(case) from exc
    found = record.dimensions
    assert (found["run_id"], found["type"]) == (event.run_id, "run_detail"), case
    assert found["run_status"] in statuses.ENDED and found["root_run_id"], case
    assert isinstance(json.loads(found.get("tags", "{}")), dict) and isinstance(json.loads(record.message), dict), case
    assert "hunter2" not in record.message + str(found), case


def paths(value: object, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if above:
        yield above
    if len(above) < MOST_LEVELS and isinstance(value, dict):
        for name, member in value.items():
            yield from paths(member, (*above, name))


def replaced(run: dict, path: tuple[str, ...], value: object) -> dict:
    changed = deepcopy(run)
    owner = changed
    for name in path[:-1]:
        owner = owner[name]
    owner[path[-1]] = value
    return changed


@pytest.mark.parametrize("name", names())
def test_event_is_recorded_whatever_one_of_its_values_is(name):
    """One that says no run id, no status or no workspace any more is an invalid one; that is recorded as well."""
    story = load(name)
    history = open_history(story)
    for step in last_steps(story):
        history.put(step["runs"])
        for path in paths(step["event"]):
            text = json.dumps(replaced(step["event"], path, SilentHistory.ODD))
            for kind, odd in ODD.items():
                for event in parse(text.replace(json.dumps(SilentHistory.ODD), odd), [SAMPLE]):
                    if isinstance(event, RunEvent) and event.run_id in step["runs"]:
                        assert_fits(run_detail(event, read(event, history)))
                    elif isinstance(event, InvalidEvent):
                        assert_fits(invalid_event(event))


@pytest.mark.parametrize("build", [OpenCensusItems, OpenTelemetryItems])
def test_times_of_any_century_are_items(build):
    story = load("not_responding_step_mended")
    items = build(Ingestion("11111111-2222-3333-4444-555555555555", "https://example.com"))
    first, last = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"
    for start, end in ((first, last), (last, first)):
        step = story["steps"][-1]
        step["runs"][step["event"]["data"]["runId"]] |= {"startTimeUtc": start, "endTimeUtc": end}
        history = open_history(story)
        history.put(step["runs"])
        [event] = parse(json.dumps(step["event"]), [SAMPLE])
        record = run_detail(event, read(event, history))
        shown = datetime.now(timezone.utc)
        for item in (items.build_trace(record), items.build_span(record.span, record.operation_id, shown)):
            assert json.dumps(item, default=str)
