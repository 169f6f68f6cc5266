"""The events of a notification as the Functions host hands them over: read leniently, written anew, one text each.

The host reads a body with Json.NET and writes each event compactly again, so a function does not get what was sent:
times with an offset, wherever they stand, are moved to the host's zone (UTC), fractions lose their zeros, numbers with
a point become doubles, and of equal names the last one stays. Measured with Functions host 4.1037 and its Event Grid
extension 3.3.
"""
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pyjson5

MOST_BYTES = 104_857_600  # of a request
_DEEPEST = 64  # Json.NET reads no further
_EXPONENT_FROM = 1e15  # .NET writes larger doubles with an exponent, Python from 1e16
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,16}))?(Z|[+-]\d{2}:?\d{2})?")
_OLD_TIME = re.compile(r"/Date\((-?\d{1,15})\)/")
_ESCAPED_BY_JSON_NET = {ord(character): f"\\u{ord(character):04x}" for character in "\x85\u2028\u2029"}
_ONE_HUNDRED_NANOSECONDS = 7  # digits of a fraction


class UnreadableBodyError(ValueError):
    """The body holds no events: the host answers 500 and calls no function."""


def read_events(body: bytes) -> list[str]:
    """The text of each event of a body, an array of objects or one object. Raises UnreadableBodyError."""
    content = _parse(body.decode("utf-8-sig", "replace"))
    events = content if isinstance(content, list) else [content]
    if not all(isinstance(event, dict) for event in events):
        raise UnreadableBodyError("an event must be an object")
    return [write(event) for event in events]


def write(value: Any) -> str:
    """A value as Json.NET writes it after it has read it. Raises UnreadableBodyError where it is too deep."""
    return "".join(_write(value, 1)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _parse(text: str) -> Any:
    """Comments, single quotes and a comma too many are no fault to the host; a text after the end is."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return pyjson5.decode(text, maxdepth=2 * _DEEPEST)
    except (pyjson5.Json5Exception, ValueError) as exc:
        raise UnreadableBodyError(f"no JSON: {exc}") from exc


def _write(value: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise UnreadableBodyError(f"deeper than {_DEEPEST} levels")
    if isinstance(value, dict):
        yield "{"
        for index, (name, member) in enumerate(value.items()):
            yield f"{',' if index else ''}{_quote(name)}:"
            yield from _write(member, depth + 1)
        yield "}"
    elif isinstance(value, list):
        yield "["
        for index, member in enumerate(value):
            yield "," if index else ""
            yield from _write(member, depth + 1)
        yield "]"
    elif isinstance(value, str):
        yield _quote(_write_time(value))
    elif isinstance(value, float):
        yield _write_double(value)
    else:
        yield json.dumps(value)


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).translate(_ESCAPED_BY_JSON_NET)


def _write_double(value: float) -> str:
    if value != value:
        return '"NaN"'
    if value in (float("inf"), float("-inf")):
        return '"Infinity"' if value > 0 else '"-Infinity"'
    text = repr(value)
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{mantissa}E{exponent}"
    if abs(value) < _EXPONENT_FROM:
        return text
    sign, digits = ("-" if value < 0 else ""), text.strip("-").removesuffix(".0")
    return f"{sign}{digits[0]}.{digits[1:]}".rstrip("0").rstrip(".") + f"E+{len(digits) - 1}"


def _write_time(text: str) -> str:
    """A text that is a time changes; every other stays as it is."""
    try:
        if old := _OLD_TIME.fullmatch(text):
            seconds, milliseconds = divmod(int(old[1]), 1_000)
            return _join(datetime(1970, 1, 1) + timedelta(seconds=seconds), f"{milliseconds:03}", "Z")
        if not (found := _TIME.fullmatch(text)):
            return text
        moment, fraction, zone = datetime.fromisoformat(found[1]), found[2] or "", found[3] or ""
        if zone in ("", "Z"):
            return _join(moment, fraction, zone)
        return _join(moment - (datetime.strptime(zone, "%z").utcoffset() or timedelta()), fraction, "+00:00")
    except (ValueError, OverflowError):  # looks like a time, but is none
        return text


def _join(moment: datetime, fraction: str, zone: str) -> str:
    kept = fraction[:_ONE_HUNDRED_NANOSECONDS].rstrip("0")
    return moment.isoformat() + (f".{kept}" if kept else "") + zone
