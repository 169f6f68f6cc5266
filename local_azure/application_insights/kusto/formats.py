"""format_timespan and format_bytes: the format is read before the query runs."""
import re

from duckdb_kql import KqlUnsupportedError, ir
from duckdb_kql.translate import constant_string, quote_string, render_expr

_ELEMENT = re.compile(r"(?P<element>d{1,8}|f{1,6}|F{1,6}|H{1,2}|h{1,2}|m{1,2}|s{1,2})|(?P<delimiter>[ /:,._\[\]-])")
_MICROSECONDS = {  # of the unit, and of the one above it
    "H": (3_600_000_000, 86_400_000_000), "h": (3_600_000_000, 86_400_000_000), "m": (60_000_000, 3_600_000_000),
    "s": (1_000_000, 60_000_000),
}
_UNITS = ("Bytes", "KB", "MB", "GB", "TB", "PB", "EB")


def format_timespan(node: ir.FunctionCall) -> str:
    """As "format_timespan()" has it. A seventh digit of the fraction is not stored here."""
    text = constant_string(node.args[1])
    if not text:
        raise KqlUnsupportedError("function:format_timespan", hint="the format must be a text that is no column")
    found, place = [], 0
    while place < len(text):
        match = _ELEMENT.match(text, place)
        if match is None:
            raise KqlUnsupportedError("function:format_timespan", hint=f"'{text[place]}' in its format")
        found.append(_element(match["element"]) if match["element"] else quote_string(match["delimiter"]))
        place = match.end()
    ticks = f"abs(epoch_us({render_expr(node.args[0])}))"
    return f"list_transform([{ticks}], lambda _us: {' || '.join(found)})[1]"


def _element(element: str) -> str:
    letter, length = element[0], len(element)
    if letter in "fF":
        digits = f"substr(lpad(CAST(_us % 1000000 AS VARCHAR), 6, '0'), 1, {length})"
        return digits if letter == "f" else f"CASE WHEN {digits} = '{'0' * length}' THEN '' ELSE {digits} END"
    if letter == "d":
        number = "_us // 86400000000"
    else:
        unit, above = _MICROSECONDS[letter]
        number = f"_us % {above} // {unit}"
    return f"printf('%0{length}d', {number})"


def format_bytes(node: ir.FunctionCall) -> str:
    """As "format_bytes()" has it: in the given unit, otherwise in the largest of which there is at least one."""
    size = f"CAST({render_expr(node.args[0])} AS DOUBLE)"
    precision = f"CAST({render_expr(node.args[1])} AS INTEGER)" if len(node.args) > 1 else "0"
    unit = constant_string(node.args[2]) if len(node.args) > 2 else ""
    if unit and unit not in _UNITS:
        raise KqlUnsupportedError("function:format_bytes", hint=f"the units are {', '.join(_UNITS)}")
    powers = {_UNITS.index(unit): "true"} if unit else {
        power: f"abs(_b) >= {1024 ** power}" for power in range(len(_UNITS) - 1, 0, -1)} | {0: "true"}
    branches = " ".join(f"WHEN {condition} THEN {_in_unit(power, precision)}" for power, condition in powers.items())
    return f"list_transform([{size}], lambda _b: CASE {branches} END)[1]"


def _in_unit(power: int, precision: str) -> str:
    number = f"round(_b / {1024 ** power}, {precision})"
    whole = f"CASE WHEN {number} = trunc({number}) THEN CAST(CAST({number} AS BIGINT) AS VARCHAR) ELSE " \
            f"CAST({number} AS VARCHAR) END"
    return f"({whole}) || ' {_UNITS[power]}'"
