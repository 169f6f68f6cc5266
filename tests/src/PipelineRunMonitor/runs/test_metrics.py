"""The last values of scalar metrics, out of an answer of the metric service's own shape."""
import pytest

from azure_access.answers import Fields, parse_json
from PipelineRunMonitor.runs.metrics import choose, find_scalars


def answer_with(name, *data, **more):
    return Fields({"value": [{"name": name, "value": [{"data": one} for one in data], **more}]})


def test_numbers_are_found_and_nothing_else(data_folder):
    answer = Fields(parse_json((data_folder / "metrics" / "last_values.json").read_bytes()))
    assert find_scalars(answer) == {"auc": 0.8741, "loss": None, "epochs": 40, "converged": 1}


def test_the_last_of_several_values_counts():
    assert find_scalars(answer_with("loss", {"loss": 0.5}, {"loss": 0.25})) == {"loss": 0.25}


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", float("nan"), float("inf"), int("9" * 400)])
def test_what_is_no_number_any_more_is_there_without_one(value):
    assert find_scalars(answer_with("loss", {"loss": value})) == {"loss": None}


@pytest.mark.parametrize("answer", [
    Fields({}), Fields({"value": None}), Fields({"value": [5, None, {"name": "auc"}, {"name": "", "value": [{}]}]}),
    answer_with("auc"), answer_with("auc", {"AUC": 0.9}), answer_with("auc", {"auc": "0.9"}),
    answer_with("auc", {"auc": None}), answer_with("auc", 5), answer_with("auc", {"auc": [0.9]}),
    answer_with("auc", {"auc": 0.9}, properties={"uxMetricType": "azureml.v2.image"})])
def test_what_makes_no_sense_is_left_out(answer):
    assert find_scalars(answer) == {}


def test_an_answer_need_not_say_what_kind_a_metric_is():
    assert find_scalars(answer_with("auc", {"auc": 0.9}, properties=None)) == {"auc": 0.9}


def test_chosen_metrics_come_in_the_order_in_which_they_are_named():
    found = {"a": 1.0, "b": 2.0, "c": 3.0}
    assert list(choose(found, ["c", "a", "z"])) == ["c", "a"]
    assert list(choose(found, ["c", "*"])) == ["c", "a", "b"]
    assert choose(found, []) == {}
