"""Calls of functions that are written otherwise: by an older name, with a type, or with what is looked up."""
from collections.abc import Mapping

from duckdb_kql.translate.functions import AGGREGATE_FUNCTIONS

from . import columns, let_functions, windows
from .scope import NotSupportedError, Rewriting, Scope
from .syntax import Node
from .text import Text, copied, made

_OLDER_NAMES = {
    "parsejson": "parse_json", "makelist": "make_list", "makeset": "make_set", "extractjson": "extract_json",
    "notempty": "isnotempty", "anyif": "take_anyif", "pack_dictionary": "bag_pack", "parseurl": "parse_url",
    "arraylength": "array_length",
}
_CONVERSIONS = {
    "bool": "tobool", "boolean": "tobool", "int": "toint", "long": "tolong", "real": "toreal", "double": "toreal",
    "datetime": "todatetime", "date": "todatetime", "timespan": "totimespan", "time": "totimespan", "guid": "toguid",
    "dynamic": "todynamic", "string": "_kusto_value",
}
_WITH_TYPE = {"extract": 4, "extract_json": 3, "extractjson": 3}


def call(node: Node, scope: Scope) -> Text:
    name, *arguments = node.rules
    if rewriting := _CALLS.get(name.text):
        return rewriting(node, scope)
    if len(arguments) == _WITH_TYPE.get(name.text):
        return _converted(node, scope)
    if (table := let_functions.source_call(node, scope)) is not None:
        return table
    is_aggregate = scope.stand_in and name.text in AGGREGATE_FUNCTIONS
    found, place = made(name.start, _OLDER_NAMES.get(name.text, name.text)), name.stop
    for index, argument in enumerate(arguments):
        text = scope.text(argument)
        if is_aggregate and not index:
            text = made(argument.start, f"_kusto_unless({scope.stand_in}, ", text, ")")
        found += copied(scope.source, place, argument.start) + text
        place = argument.stop
    return found + copied(scope.source, place, node.stop)


def _count(node: Node, scope: Scope) -> Text:
    return made(node.start, f"countif(not({scope.stand_in}))") if scope.stand_in else scope.inner_text(node)


def _converted(node: Node, scope: Scope) -> Text:
    """`extract(…, typeof(long))`: a conversion of what is extracted."""
    name, *arguments, kind = node.rules
    wanted = kind.text.replace(" ", "").lower().removeprefix("typeof(").removesuffix(")")
    if kind.kind != "TypeLiteralExpression" or wanted not in _CONVERSIONS:
        raise NotSupportedError(f"{kind.text} here", kind.start, "typeof() of a type")
    texts = [scope.text(argument) for argument in arguments]
    whole = made(node.start, f"{_OLDER_NAMES.get(name.text, name.text)}(", texts[0])
    for text in texts[1:]:
        whole += made(node.start, ", ", text)
    return made(node.start, f"_kusto_value({_CONVERSIONS[wanted]}(", whole, ")))")


_CALLS: Mapping[str, Rewriting] = {**columns.CALLS, **windows.CALLS}
EXPRESSIONS: Mapping[str, Rewriting] = {"NamedFunctionCallExpression": call, "CountExpression": _count}
WORDS = frozenset({*_OLDER_NAMES, *_CALLS})
"""Names in a query that make it worth a look."""
