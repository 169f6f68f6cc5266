"""Metrics as a dimension: within its limits, without secrets, JSON whatever they are."""
import json
from dataclasses import replace

import pytest

from PipelineRunMonitor.records import dimensions, metrics


@pytest.fixture
def recorded(step_event, step_snapshot):
    """The dimension's object, and what the other one says is missing there."""
    def record(found, **changes):
        written = dimensions.of(step_event, replace(step_snapshot, metrics=found, **changes))
        return json.loads(written["metrics"]) if "metrics" in written else None, written.get("metrics_omitted")
    return record


def test_no_metrics_are_no_dimension(recorded):
    assert recorded({}) == (None, None)


def test_values_are_numbers_of_twelve_digits_or_null(recorded):
    found = {"auc": 0.1 + 0.2, "rows": 1_834.0, "tiny": -1.2345678901234567e-300, "huge": 1e300, "loss": None}
    assert recorded(found) == (
        {"auc": 0.3, "rows": 1834, "tiny": -1.23456789012e-300, "huge": 1e300, "loss": None}, None)


def test_of_many_the_first_are_kept_and_the_others_counted(recorded):
    found, omitted = recorded({f"metric {number:03}": number / 7 for number in range(80)})
    assert (list(found), omitted) == ([f"metric {number:03}" for number in range(50)], "30")


@pytest.mark.parametrize("name", [
    "x" * (metrics.LONGEST_NAME_UNITS + 1), "a\"b", "a\\b", "a\nb", "\ud800", "password", "AccountKey",
    "loss api_key=0123456789abcdef"])
def test_a_name_that_is_too_long_odd_or_of_a_secret_is_left_out(recorded, name):
    assert recorded({name: 0.5, "auc": 0.9}) == ({"auc": 0.9}, "1")
    assert recorded({name: 0.5}) == (None, "1")


@pytest.mark.parametrize("name", ["prompt_tokens", "secret_recall", "val loss", "système/précision", "a.b[0]'"])
def test_other_names_are_kept(recorded, name):
    found, omitted = recorded({name: 0.5})
    assert (found, omitted) == ({name: 0.5}, None)


def test_what_does_not_fit_beside_other_dimensions_is_counted(recorded, step_snapshot):
    names = [f"{number:03}" + "😀" * 73 for number in range(50)]
    long = {f"tag {number}": "é" * 8_000 for number in range(3)}
    error = {"error": {"code": "UserError", "message": "é" * 8_000}}
    details = {**step_snapshot.details, "error": error, "target": "é" * 8_000,
               "properties": {"StepType": "é" * 8_000, "azureml.nodeid": "é" * 8_000}}
    found, omitted = recorded(dict.fromkeys(names, 0.123456789012), tags=long, details=details)
    assert set(found) < set(names) and all(value == 0.123456789012 for value in found.values())
    assert int(omitted) == 50 - len(found) > 0
