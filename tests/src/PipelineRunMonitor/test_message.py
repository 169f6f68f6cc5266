import json

import pytest

from PipelineRunMonitor import message, texts

ROOM = 60_000


def test_short_details_are_whole(data_folder):
    details = json.loads((data_folder / "run_details_step.json").read_text())
    assert json.loads(message.of(details, ROOM)) == details


@pytest.mark.parametrize("branches, omitted", [
    ({"runDefinition": {"script": "a.py", "environment": {"conda": "x" * 40_000}}}, ["runDefinition.environment"]),
    ({"runDefinition": {"script": "a.py", "environment": {}, "arguments": ["x" * 40_000]}}, ["runDefinition"]),
    ({"runDefinition": {"script": "a.py"}, "logFiles": {"log": "x" * 40_000}}, ["runDefinition", "logFiles"]),
    ({"properties": {"p": "x" * 40_000}}, ["properties"]),
    ({"other": "x" * 40_000, "another": "y" * 10}, ["other"]),
])
def test_whole_branches_go_those_of_low_value_first_and_are_named(branches, omitted):
    text = message.of({"runId": "r1", "status": "Failed", **branches}, ROOM)
    found = json.loads(text)
    assert found["_omitted"] == omitted
    assert (found["runId"], found["status"]) == ("r1", "Failed")
    assert len(text) <= message.LIMIT_UNITS


def test_environment_goes_before_the_rest_of_the_run_definition():
    details = {"runDefinition": {"script": "a.py", "environment": {"conda": "x" * 40_000}}}
    assert json.loads(message.of(details, ROOM))["runDefinition"] == {"script": "a.py"}


def test_what_is_kept_longest_is_cut_in_the_end():
    text = message.of({"runId": "r1", "error": {"error": {"message": "x" * 100_000}}, "status": "Failed"}, ROOM)
    found = json.loads(text)
    assert found["runId"] == "r1"
    assert found["error"].endswith("…")


def test_limit_counts_utf_16_units_as_the_service_does():
    text = message.of({"runId": "r1", "properties": {"p": "😀" * 20_000}}, 10**9)
    assert json.loads(text) == {"runId": "r1", "_omitted": ["properties"]}


def test_limit_of_the_whole_item_is_kept():
    details = {"runId": "r1", "properties": {"p": "ü" * 30_000}, "logFiles": {"a": "b"}}
    text = message.of(details, 40_000)
    assert texts.count_json_bytes(text) <= 40_000
    assert json.loads(text)["_omitted"] == ["logFiles", "properties"]


def test_many_unknown_branches_still_fit():
    details = {f"branch {i} " + "n" * 200: "x" * 100 for i in range(500)}
    text = message.of(details, 30_000)
    assert texts.count_json_bytes(text) <= 30_000
    assert json.loads(text)["_omitted"][-1]


def test_values_that_are_no_json_become_json():
    found = json.loads(message.of({"a": float("nan"), "b": "\ud800", "c": (1, 2), "d": {3: True}, "e": object}, ROOM),
                       parse_constant=pytest.fail)
    assert found["a"] is None and found["b"] == "\ufffd" and found["c"] == [1, 2] and found["d"] == {"3": True}
    assert isinstance(found["e"], str)
