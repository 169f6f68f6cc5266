"""Expressions of Bicep get the values that Bicep's documentation gives them."""
import pytest

from tests.environment_setup.bicep.expressions import Scope, evaluate
from tests.environment_setup.bicep.functions import PURE
from tests.environment_setup.bicep.syntax import parse, parts_of

NAMES = {"name": "prod", "count": 2, "rule": {"kind": "query", "dimensions": ["a", "b"]}, "none": ""}


def value_of(text):
    declaration = parts_of(parse(f"var it = {text}\n"))[0]
    return evaluate(parts_of(declaration)[1], Scope(NAMES.__getitem__, PURE))


@pytest.mark.parametrize(("text", "value"), [
    ("'a ${name} b'", "a prod b"),
    (r"'two\nlines'", "two\nlines"),
    ("empty(none) ? 'new' : none", "new"),
    ("empty(none) ? rule.kind : rule.dimensions[1]", "query"),
    ("empty(name) ? 'new' : rule.dimensions[1]", "b"),
    ("map(['a', 'c'], one => empty(one) ? '' : rule[one == 'a' ? 'kind' : 'kind'])", ["query", "query"]),
    ("count > 1", True),
    ("!empty(none)", False),
    ("rule.dimensions[1]", "b"),
    ("filter([rule], one => one.kind == 'metric')", []),
    ("map(rule.dimensions, one => { name: one })", [{"name": "a"}, {"name": "b"}]),
    ("map(['a', 'c'], one => contains(rule.dimensions, one) ? 'in' : 'out')", ["in", "out"]),
    ("map(['x'], outer => map(['y'], inner => '${outer}${inner}'))", [["xy"]]),
    ("toObject(rule.dimensions, one => one, one => toLower('X${one}'))", {"a": "xa", "b": "xb"}),
    ("union({ a: 1, b: { c: 2 } }, { a: 3, b: { d: 4 } })", {"a": 3, "b": {"c": 2, "d": 4}}),
    ("[for (one, i) in rule.dimensions: '${i}${one}']", ["0a", "1b"]),
    ("items({ b: 1, a: 2 })", [{"key": "a", "value": 2}, {"key": "b", "value": 1}]),
    ("string({ a: [true] })", '{"a":[true]}'),
    ("split('/a/b', '/')[2]", "b"),
])
def test_value_of_an_expression(text, value):
    assert value_of(text) == value


def test_a_name_that_is_not_declared_is_an_error():
    with pytest.raises(KeyError, match="other"):
        value_of("'${other}'")


def test_an_expression_of_another_kind_is_refused():
    with pytest.raises(NotImplementedError):
        value_of("az.resourceGroup()")
