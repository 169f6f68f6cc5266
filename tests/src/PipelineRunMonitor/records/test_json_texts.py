import json

import pytest

from PipelineRunMonitor.records import json_texts, texts
from PipelineRunMonitor.records.limits import LIMIT_UNITS, fit

SYSTEM = {"_aml_system_automl": "s" * 9_000, "azureml.pipeline": "p" * 300, "mlflow.source": "m" * 300}
USERS = {"team": "customer-insight", "note": "n" * 2_000}


def shorten(value, limit=LIMIT_UNITS):
    text = json_texts.shorten(value, limit)
    assert texts.count_units(text) <= limit
    return json.loads(text)


def test_what_fits_is_whole_and_in_order():
    assert json_texts.shorten({"b": 1, "a": "ü"}, 100) == '{"a": "ü", "b": 1}'


def test_longest_values_are_shortened_and_the_users_own_last():
    found = shorten({**SYSTEM, **USERS})
    assert {name: found[name] for name in USERS} == USERS
    assert found.keys() == {*SYSTEM, *USERS}
    assert found["azureml.pipeline"] == "p" * 300 and found["_aml_system_automl"].endswith("s…")
    assert len(json_texts.shorten({**SYSTEM, **USERS}, LIMIT_UNITS)) > LIMIT_UNITS - 5


def test_tags_of_azure_ml_go_where_the_users_own_need_the_room():
    own = {f"tag {number}": "u" * 1_000 for number in range(8)}
    found = shorten({**{f"azureml.{number}": "s" * 50 for number in range(100)}, **own})
    assert {name: found[name] for name in own} == own
    assert 0 < sum(name.startswith("azureml.") for name in found) < 100


def test_users_own_are_shortened_to_one_length_where_even_they_are_too_long():
    found = shorten({**SYSTEM, "a": "a" * 9_000, "b": "b" * 9_000, "c": "short"})
    assert found.keys() == {"a", "b", "c"} and found["c"] == "short"
    assert len(found["a"]) == len(found["b"]) > 4_000


def test_where_even_names_are_too_long_the_shortest_members_stay():
    found = shorten({f"{'n' * number}": "v" for number in range(1, 400)})
    assert {"n" * number for number in range(1, 100)} <= found.keys()


@pytest.mark.parametrize("limit", [2, 3, 10, 25, 60])
@pytest.mark.parametrize("value", [
    {"a": {"b": "x" * 99}}, {"😀" * 9: "😀" * 99}, {"a": float("inf"), "\ud800": "\ud800" * 99}, {"azureml.": 5},
    ["x" * 99, {"a": 5}, None] * 9, {"n" * 99: 1}])
def test_it_is_json_whatever_the_limit(value, limit):
    assert isinstance(shorten(value, limit), type(value))


def test_member_that_is_no_text_is_shortened_as_one():
    assert shorten({"tree": {"leaf": "x" * 9_000}})["tree"].startswith('{"leaf": "xxx')


def test_dimension_stays_json_where_all_together_are_too_long():
    found = fit({"tags": {"team": "ops", "azureml.x": "x" * 9_000}, **{f"long{n}": "例" * 8_000 for n in range(3)}})
    assert json.loads(found["tags"])["team"] == "ops"


@pytest.mark.parametrize("value", [None, "", {}, []])
def test_what_says_nothing_is_no_dimension(value):
    assert fit({"a": value, "b": 0}) == {"b": "0"}
