import json
import time

import pytest

from PipelineRunMonitor.records import message, texts

ROOM = 60_000


def test_short_details_are_whole(data_folder):
    details = json.loads((data_folder / "run_details_step.json").read_text())
    assert json.loads(message.of(details, ROOM)) == details


@pytest.mark.parametrize("branches, omitted", [
    ({"runDefinition": {"script": "a.py", "environment": {"conda": "x" * 40_000}}}, ["runDefinition.environment"]),
    ({"runDefinition": {"script": "a.py", "environment": {}, "arguments": ["x" * 40_000]}}, ["runDefinition"]),
    ({"runDefinition": {"arguments": ["x" * 20_000]}, "logFiles": {"log": "x" * 20_000}}, ["runDefinition"]),
    ({"runDefinition": {"script": "a.py"}, "logFiles": {"log": "x" * 40_000}}, ["logFiles"]),
    ({"logFiles": {"log": "x" * 20_000}, "services": {"s": "x" * 20_000}, "warnings": ["x" * 20_000]},
     ["logFiles", "services"]),
    ({"properties": {"p": "x" * 40_000}}, ["properties"]),
    ({"other": "x" * 40_000, "another": "y" * 10}, ["other"]),
    ({"other": "x" * 20_000, "properties": {"p": "y" * 20_000}}, ["properties"]),
    ({"error": "x" * 20_000, "runDefinition": {"environment": "y" * 15_000}}, ["runDefinition.environment"]),
])
def test_whole_branches_go_those_of_low_value_first_and_are_named(branches, omitted):
    text = message.of({"runId": "r1", "status": "Failed", **branches}, ROOM)
    found = json.loads(text)
    assert found["_omitted"] == omitted
    assert (found["runId"], found["status"]) == ("r1", "Failed")
    assert all(found[name] == branch for name, branch in branches.items() if not any(name in path for path in omitted))
    assert len(text) <= message.LIMIT_UNITS


def test_environment_goes_before_the_rest_of_the_run_definition():
    details = {"runDefinition": {"script": "a.py", "environment": {"conda": "x" * 40_000}}}
    assert json.loads(message.of(details, ROOM))["runDefinition"] == {"script": "a.py"}


SMALL = {"runId": "r1", "status": "Failed", "properties": {"StepType": "PythonScriptStep"}, "warnings": [],
         "logFiles": {"std_log.txt": "https://example.com/std_log.txt"},
         "runDefinition": {"script": "a.py", "environment": {"name": "sklearn"}}}


@pytest.mark.parametrize("name", ["properties", "diagnostics", "logFiles", "services"])
def test_large_branch_costs_no_other(name):
    found = json.loads(message.of({**SMALL, name: {"k": "x" * 40_000}}, ROOM))
    assert found == {**{kept: value for kept, value in SMALL.items() if kept != name}, "_omitted": [name]}


def failure(text):
    return {"error": {"code": "UserError", "message": text, "details": [{"innerError": {"code": "Deep"}}, 3, None]}}


@pytest.mark.parametrize("filling", ["x", "ü", "例", "😀", "\"", "\\", "\x01"])
def test_long_error_is_shortened_in_its_shape_to_fill_the_room(filling):
    text = message.of({**SMALL, "error": failure(filling * 40_000)}, 40_000)
    found = json.loads(text)
    shortened = found["error"]["error"]["message"]
    assert found == {**SMALL, "error": failure(shortened)}
    assert shortened.startswith(filling) and shortened.endswith("…")
    units, size_bytes = texts.count_units(text), texts.count_json_bytes(text)
    assert units <= message.LIMIT_UNITS and size_bytes <= 40_000
    assert units > message.LIMIT_UNITS - 400 or size_bytes > 40_000 - 400


def test_long_error_gets_at_least_half_of_the_room():
    found = json.loads(message.of({**SMALL, "error": failure("x" * 40_000), "properties": {"p": "y" * 20_000},
                                   "services": {"s": "z" * 10_000}}, ROOM))
    assert len(found["error"]["error"]["message"]) > 16_000
    assert found["_omitted"] == ["properties"]


@pytest.mark.parametrize("error", [["x"] * 40_000, {"x" * 40_000: 1}, {str(i): "x" * 90 for i in range(1_000)}])
def test_error_that_no_shorter_texts_make_fit_becomes_a_short_text(error):
    found = json.loads(message.of({**SMALL, "error": error}, ROOM))
    assert found == {**SMALL, "error": found["error"]}
    assert len(found["error"]) == 300 and found["error"].endswith("…")


@pytest.mark.parametrize("filling", ["x", "😀", "\"", "\\", "\x01", "\ud800"])
def test_last_resort_fits_whatever_the_input(filling):
    always = ("runId", "status", "startTimeUtc", "endTimeUtc", "target", "submittedBy")
    details = {name: filling * 40_000 for name in always} | {"error": [filling] * 40_000}
    details |= {str(i) + filling * 200: filling * 40_000 for i in range(50)}
    text = message.of(details, 30_000)
    found = json.loads(text)
    assert texts.count_units(text) <= message.LIMIT_UNITS and texts.count_json_bytes(text) <= 30_000
    assert set(found) == {*always, "error", "_omitted"} and len(found["_omitted"]) == 21
    assert all(found[name].endswith("…") for name in always)


@pytest.mark.parametrize("details", [
    {"runDefinition": {"environment": ["x"] * 400_000}},
    {"error": {"error": {"message": "x" * 2_000_000}}},
    {"error": ["x" * 20] * 80_000},
    {f"branch {i}": "x" * 20 for i in range(50_000)},
], ids=["environment", "long error", "error of many texts", "many branches"])
def test_two_megabytes_take_well_under_a_second(details):
    begin = time.process_time()
    assert json.loads(message.of({**SMALL, **details}, ROOM))["runId"] == "r1"
    assert time.process_time() - begin < 2  # generous: a busy machine is no defect


def test_limit_counts_utf_16_units_as_the_service_does():
    text = message.of({"runId": "r1", "properties": {"p": "😀" * 20_000}}, 10**9)
    assert json.loads(text) == {"runId": "r1", "_omitted": ["properties"]}


def test_limit_of_the_whole_item_is_kept():
    details = {"runId": "r1", "properties": {"p": "ü" * 30_000}, "logFiles": {"a": "b"}}
    text = message.of(details, 40_000)
    assert texts.count_json_bytes(text) <= 40_000
    assert json.loads(text) == {"runId": "r1", "logFiles": {"a": "b"}, "_omitted": ["properties"]}


def test_many_unknown_branches_still_fit():
    details = {f"branch {i} " + "n" * 200: "x" * 100 for i in range(500)}
    text = message.of(details, 30_000)
    assert texts.count_json_bytes(text) <= 30_000
    found = json.loads(text)
    assert found["_omitted"][-1] == "…" and len(found["_omitted"]) == 21
    assert len(found) > 50


def test_values_that_are_no_json_become_json():
    found = json.loads(message.of({"a": float("nan"), "b": "\ud800", "c": (1, 2), "d": {3: True}, "e": object}, ROOM),
                       parse_constant=pytest.fail)
    assert found["a"] is None and found["b"] == "\ufffd" and found["c"] == [1, 2] and found["d"] == {"3": True}
    assert isinstance(found["e"], str)


LONG = ["x" * 100] * 2_000


@pytest.mark.parametrize("branches, aside", [
    ({"properties": {str(n): text for n, text in enumerate(LONG)}}, ["properties"]),
    ({"other": LONG, "another": "x" * 200_000, "warnings": ["x" * 200_000]}, ["other", "another", "warnings"]),
    ({"runDefinition": {"script": "a.py", "environment": {"python": LONG}}}, ["runDefinition.environment"]),
    ({"runDefinition": {"arguments": LONG, "environment": {"python": LONG}}}, ["runDefinition"]),
    ({"runDefinition": {"script": "a.py", "environment": {"python": LONG}}, "properties": {"p": "y" * 40_000}},
     ["runDefinition.environment"]),
    ({"error": {"message": "x" * 200_000}, "logFiles": {"log": "x" * 20_000}}, []),
    ({"properties": {"p": "x" * 40_000}}, [])])
def test_what_is_hopeless_is_named_as_if_it_had_been_there(branches, aside):
    details = {**SMALL, **branches}
    assert sorted(message.find_hopeless(details)) == sorted(aside)
    assert message.of(message.without(details, aside), ROOM, aside) == message.of(details, ROOM)


def test_values_of_any_depth_can_be_hopeless_or_not():
    deep = "x"
    for _ in range(900):
        deep = [deep]
    assert message.find_hopeless({"deep": deep, "flat": [[LONG]]}) == ["flat"]
