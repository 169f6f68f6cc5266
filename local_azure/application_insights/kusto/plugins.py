"""evaluate: bag_unpack and pivot, whose columns are looked up in the data, as in Azure."""
import re
from collections.abc import Callable, Iterator, Mapping

from local_azure.application_insights.answers import Column

from .naming import named
from .scope import NotSupportedError, Rewriting, Scope, WrongQueryError, chained
from .syntax import Node, literal, name_of, quoted
from .text import Text, made

_TYPES = {"VARCHAR": "string", "UBIGINT": "long", "BIGINT": "long", "DOUBLE": "real", "BOOLEAN": "bool"}
_CONVERSIONS = {"string": "tostring", "long": "tolong", "int": "toint", "real": "toreal", "double": "toreal",
                "bool": "tobool", "datetime": "todatetime", "timespan": "totimespan", "guid": "toguid",
                "dynamic": "todynamic"}
_CONDITIONAL = {
    "count": "countif", "sum": "sumif", "avg": "avgif", "min": "minif", "max": "maxif", "dcount": "dcountif",
    "make_list": "make_list_if", "make_set": "make_set_if", "make_bag": "make_bag_if", "take_any": "take_anyif",
    "any": "take_anyif", "stdev": "stdevif", "variance": "varianceif",
}
ALL_COLUMNS = "_kusto_all"
"""Stands for the star in a schema `: (*, name: type)`, which duckdb-kql does not parse."""


def evaluate(node: Node, scope: Scope) -> Text:
    call, *schema = [rule for rule in node.rules if not rule.kind.endswith("OperatorParameter")]
    name, *arguments = call.rules
    plugin = _PLUGINS.get(name.text)
    if plugin is None:
        raise NotSupportedError(f"evaluate {name.text}", node.start)
    return plugin(node, arguments, list(_declared(schema[0])) if schema else [], scope)


def _declared(schema: Node) -> Iterator[Column]:
    for each in schema.walk():
        if each.kind == "RowSchemaColumnDeclaration":
            yield Column(name_of(each.rules[0]), each.rules[1].text.lower())


def _bag_unpack(node: Node, arguments: list[Node], declared: list[Column], scope: Scope) -> Text:
    bag, options = quoted(name_of(arguments[0])), _options(arguments[1:])
    prefix, conflict = (options.get(name, "").strip("'\"") for name in ("OutputColumnPrefix", "columnsConflict"))
    ignored = re.findall(r"""['"]([^'"]*)['"]""", options.get("ignoredProperties", ""))
    before = [column.name for column in scope.columns(node) if quoted(column.name) != bag]
    if declared:
        slots = {column.name.removeprefix(prefix): column.type for column in declared
                 if column.name not in (ALL_COLUMNS, *before)}
        before = before if declared[0].name == ALL_COLUMNS else [c.name for c in declared if c.name in before]
    else:
        slots = {key: kind for key, kind in _slots(bag, scope, node.start).items() if key not in ignored}
    twice = [key for key in slots if prefix + key in before]
    if twice and conflict not in ("keep_source", "replace_source"):
        raise WrongQueryError(f"bag_unpack makes a second column '{prefix}{twice[0]}': give it a prefix, or"
                              " columnsConflict='keep_source'", node.start)
    if conflict == "keep_source":
        slots = {key: kind for key, kind in slots.items() if key not in twice}
    kept = [quoted(name) for name in before if name not in {prefix + key for key in slots}]
    made_of = (f"{quoted(prefix + key)} = {_CONVERSIONS[kind]}({bag}[{literal(key)}])" for key, kind in slots.items())
    return made(node.start, f"project {', '.join([*kept, *made_of])}") if kept or slots else made(node.start, "take 0")


def _options(arguments: list[Node]) -> dict[str, str]:
    """The arguments by their names, which may be left out."""
    found = {}
    for name, argument in zip(("OutputColumnPrefix", "columnsConflict", "ignoredProperties"), arguments):
        given, value = named(argument)
        found[given[0] if given else name] = value.text.strip()
    return found


def _slots(bag: str, scope: Scope, place: int) -> dict[str, str]:
    """The keys of a column's bags, and their type where it is the same in all of them."""
    found: dict[str, set[str]] = {}
    key = scope.fresh()
    rows = scope.answer_of(chained(
        place, scope.input, f"project {key} = _kusto_slots({bag})", f"mv-expand {key} to typeof(string)",
        f"where isnotempty({key})", f"distinct {key}")).rows
    for kind, name in (row[0].split(":", 1) for row in rows):
        found.setdefault(name, set()).add(_TYPES.get(kind, "dynamic"))
    return {name: kinds.pop() if len(kinds := found[name]) == 1 else "dynamic" for name in sorted(found)}


def _pivot(node: Node, arguments: list[Node], declared: list[Column], scope: Scope) -> Text:
    pivoted = scope.text(arguments[0])
    aggregate, *others = arguments[1:] or (None,)
    if aggregate is not None and aggregate.kind not in ("NamedFunctionCallExpression", "CountExpression"):
        aggregate, others = None, list(arguments[1:])
    function, values = _aggregate(aggregate, scope)
    mentioned = {name_of(each) for argument in (arguments[0], aggregate) if argument for each in argument.walk()
                 if each.kind in ("IdentifierName", "EscapedName")}
    names = [name_of(each) for each in others] or [
        column.name for column in scope.columns(node) if column.name not in mentioned]
    keys = [quoted(name) for name in names]
    results = [column.name for column in declared if column.name not in names] or _values(pivoted, scope, node.start)
    conditions = {value: f"tostring({pivoted}) == {literal(value)}" for value in results}
    made_of = [f"{quoted(value or 'Column1')} = {function}({', '.join([*values, condition])})"
               for value, condition in conditions.items()]
    if not made_of:
        return chained(node.start, f"distinct {', '.join(keys)}") if keys else made(node.start, "take 0")
    return made(node.start, f"summarize {', '.join(made_of)}", f" by {', '.join(keys)}" if keys else "")


def _aggregate(node: Node | None, scope: Scope) -> tuple[str, list[str]]:
    """The function that takes a condition, and what it takes before it."""
    if node is None or node.kind == "CountExpression":
        return "countif", []
    name, *arguments = node.rules
    if name.text not in _CONDITIONAL:
        raise NotSupportedError(f"pivot with {name.text}()", node.start, f"one of {', '.join(_CONDITIONAL)}")
    return _CONDITIONAL[name.text], [str(scope.text(argument)) for argument in arguments]


def _values(pivoted: Text, scope: Scope, place: int) -> list[str]:
    value = scope.fresh()
    rows = scope.answer_of(chained(place, scope.input, made(place, f"distinct {value} = tostring(", pivoted, ")"))).rows
    return sorted(row[0] or "" for row in rows)


_PLUGINS: Mapping[str, Callable[[Node, list[Node], list[Column], Scope], Text]] = {
    "bag_unpack": _bag_unpack, "pivot": _pivot}
OPERATORS: Mapping[str, Rewriting] = {"EvaluateOperator": evaluate}
