import pytest

from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.pipelines.parameters import assign

INTERFACE = {"Parameters": [{"Name": name, "DefaultValue": default, "Type": kind} for name, default, kind in (
    ("count", "2", "0"), ("rate", "0.5", "1"), ("fast", "False", 2), ("word", "left", "3"), ("other", None, "4"))]}
DEFAULTS = {"count": "2", "rate": "0.5", "fast": "False", "word": "left", "other": None}


def test_what_is_not_given_is_the_default():
    assert assign(INTERFACE, {}) == DEFAULTS
    assert assign(INTERFACE, {"count": 5, "word": ""}) == DEFAULTS | {"count": "5", "word": ""}


@pytest.mark.parametrize(("name", "value"), [
    ("count", "-3"), ("rate", "1e3"), ("rate", "4"), ("fast", "TRUE"), ("fast", False), ("word", "5"), ("other", "x")])
def test_values_of_the_type(name, value):
    assert assign(INTERFACE, {name: value})[name] == str(value)


@pytest.mark.parametrize(("name", "value", "problem"), [
    ("count", "2.5", "type int, which '2.5' is not"), ("rate", "much", "type float"), ("fast", "1", "type bool"),
    ("speed", "5", "no parameter speed")])
def test_values_that_are_refused(name, value, problem):
    with pytest.raises(ServiceError, match=problem):
        assign(INTERFACE, {name: value})


def test_a_pipeline_without_parameters_takes_none():
    assert assign({}, {}) == {} and assign({"Parameters": None}, {}) == {}
