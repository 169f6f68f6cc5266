"""What a caller asks for."""
import json

import pytest

from PipelineSchedule.refusals import Refusal
from PipelineSchedule.submissions import MOST_BYTES, Submission, parse_submission


def parsed(content):
    return parse_submission(json.dumps(content).encode(), "nightly")


def problems_of(body):
    with pytest.raises(Refusal) as caught:
        parse_submission(body if isinstance(body, bytes) else json.dumps(body).encode(), "nightly")
    assert (caught.value.status, caught.value.code) == (400, "InvalidRequest")
    assert caught.value.retry_after_seconds is None
    assert all(problem.field in str(caught.value) for problem in caught.value.problems)
    return {problem.field: problem.message for problem in caught.value.problems}


def test_the_body_of_the_app():
    assert parsed({
        "experiment_name": "batch_scoring", "parameters": {"size": 50, "name": "a", "share": 0.5, "on": True},
        "tags": {"team": "a", "build": 7}, "description": "by hand"}) == Submission(
            "batch_scoring", {"size": "50", "name": "a", "share": "0.5", "on": "True"}, {"team": "a", "build": "7"},
            "by hand")


def test_the_body_of_published_pipelines():
    assert parsed({"ExperimentName": "batch_scoring", "ParameterAssignments": {"param_batch_size": 50}}) == Submission(
        "batch_scoring", {"param_batch_size": "50"})


@pytest.mark.parametrize("body", [b"", b" \n", b"{}", b"\xef\xbb\xbf{}",
                                  b'{"parameters": null, "tags": null, "description": null, "experiment_name": null}'])
def test_nothing_is_asked_for_but_the_run(body):
    assert parse_submission(body, "nightly") == Submission("nightly")


@pytest.mark.parametrize("body", [b"{", b"size=50", b'{"parameters": {"size": 1}} x', b'{"tags": {"a": "\xff"}}',
                                  b"[" * 100_000 if MOST_BYTES > 100_000 else b"[" * 60_000])
def test_what_is_no_json_is_told(body):
    assert problems_of(body)["body"].startswith("it is no JSON in UTF-8")


def test_where_json_breaks_is_told():
    assert problems_of(b'{"parameters":\n  size}')["body"].endswith("at line 2, column 3")


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"5"])
def test_json_that_is_no_object_is_told(body):
    assert problems_of(body) == {"body": "it is JSON, but no object"}


@pytest.mark.parametrize(("content", "field"), [
    ({"experiment": "x"}, "experiment"),
    ({"experiment_name": 5}, "experiment_name"),
    ({"experiment_name": "a b"}, "experiment_name"),
    ({"experiment_name": "../x"}, "experiment_name"),
    ({"experiment_name": "a", "ExperimentName": "b"}, "ExperimentName"),
    ({"parameters": [1]}, "parameters"),
    ({"parameters": {"size": [50]}}, "parameters.size"),
    ({"parameters": {"size": None}}, "parameters.size"),
    ({"parameters": {"size": float("nan")}}, "parameters.size"),
    ({"parameters": {"size": "x" * 8_193}}, "parameters.size"),
    ({"parameters": {" ": "x"}}, "parameters. "),
    ({"tags": "team=a"}, "tags"),
    ({"tags": {"submission_key": "x"}}, "tags.submission_key"),
    ({"tags": {"submitted_by": "me"}}, "tags.submitted_by"),
    ({"description": {}}, "description"),
    ({"description": "x" * 5_001}, "description"),
])
def test_a_field_that_is_wrong_is_named(content, field):
    assert set(problems_of(content)) == {field}


def test_a_number_too_long_for_a_text_is_a_problem_of_the_body_or_its_field():
    assert problems_of(b'{"parameters": {"size": ' + b"1" * 5_000 + b"}}")


def test_every_problem_is_told_at_once():
    assert set(problems_of({"colour": 1, "experiment_name": "", "parameters": {"a": None, "b": []}})) == {
        "colour", "experiment_name", "parameters.a", "parameters.b"}


def test_a_megabyte_is_refused_before_it_is_read():
    with pytest.raises(Refusal) as caught:
        parse_submission(b"{" + b" " * 1_000_000 + b"}", "nightly")
    assert (caught.value.status, caught.value.code) == (413, "BodyTooLarge")
