"""Texts within Application Insights' limits, which count UTF-16 code units as .NET does, and an item's bytes.

Lone surrogates, which JSON can carry and UTF-8 cannot, are counted and cut like anything else, until `clean` replaces
them.
"""
import re
from bisect import bisect_left
from collections.abc import Callable
from json.encoder import encode_basestring

_SURROGATES = re.compile("[\ud800-\udfff]")
ELLIPSIS = "…"


def clean(text: str) -> str:
    """Without what UTF-8 or the service cannot carry: lone surrogates and NUL become U+FFFD."""
    if text.isascii() and "\0" not in text:
        return text
    return _SURROGATES.sub("\ufffd", text).replace("\0", "\ufffd")


def count_units(text: str) -> int:
    """UTF-16 code units: a character beyond the basic plane counts twice."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def count_json_bytes(text: str) -> int:
    """Bytes of the text inside a JSON document in UTF-8, quotes and escapes included."""
    quoted = encode_basestring(text)
    return len(quoted) if quoted.isascii() else len(quoted.encode("utf-8", "surrogatepass"))


def shorten(text: str, limit_units: int) -> str:
    """At most `limit_units` UTF-16 code units; what was cut ends with an ellipsis."""
    if count_units(text) <= limit_units:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[:2 * (limit_units - len(ELLIPSIS))]
    return kept.decode("utf-16-le", "ignore") + ELLIPSIS


def shorten_to_bytes(text: str, limit_units: int, limit_bytes: int) -> str:
    """As `shorten`, and at most `limit_bytes` inside a JSON document."""
    text = shorten(text, limit_units)
    return shorten(text, find_largest_limit(
        lambda limit: count_json_bytes(shorten(text, limit)) <= limit_bytes, count_units(text)))


def find_largest_limit(fits: Callable[[int], bool], highest: int, lowest: int = 1) -> int:
    """The largest limit that fits, by bisection, where a shorter text fits sooner; `lowest` where none does."""
    if highest <= lowest or fits(highest):
        return highest
    return lowest + bisect_left(range(lowest + 1, highest), True, key=lambda limit: not fits(limit))
