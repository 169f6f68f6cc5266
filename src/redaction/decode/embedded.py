"""Base64 and hexadecimal digits that hold text: what the stations find in that text, goes with all of it."""
import re
from binascii import Error, a2b_base64, unhexlify
from collections.abc import Callable, Iterator

from ..places import Place

_DEEPEST = 3
_RUN = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_LINES = re.compile(r"(?:[A-Za-z0-9+/]{60,76}\r?\n){1,400}[A-Za-z0-9+/]{1,76}={0,2}")
_HEX = re.compile(r"(?:0x)?((?:[0-9a-fA-F]{2}){12,})\Z")
_SPACE = re.compile(r"\s")
_URL_SAFE = str.maketrans("-_", "+/")
_NOT_TEXT = re.compile(rb"[^\t\n\r\x20-\x7e\x80-\xff]")


def find_embedded(text: str, depth: int, find: Callable[[str, int], list[Place]]) -> Iterator[Place]:
    """`find` tells the places in a decoded text and how deep that is."""
    if depth >= _DEEPEST or len(text) < 16:
        return
    for run in (*_RUN.finditer(text), *(_LINES.finditer(text) if "\n" in text else ())):
        if run[0].islower() and not _HEX.fullmatch(run[0]):
            continue
        inner = read_encoded(run[0])
        places = find(inner, depth + 1) if inner else []
        if places:
            yield Place(run.start(), run.end(), "decode", f"encoded text: {places[0].rule}")


def read_encoded(run: str) -> str:
    """The text that the run is the base64 or the hexadecimal digits of, or an empty text."""
    digits = _HEX.fullmatch(run) if len(run) % 2 == 0 else None
    if digits:
        return _as_text(unhexlify(digits[1]))
    if run.isdigit() or run.islower():
        return ""
    whole = _SPACE.sub("", run).rstrip("=").translate(_URL_SAFE)
    try:
        if _NOT_TEXT.search(a2b_base64(whole[:16]).replace(b"\0", b"")):
            return ""
        whole = whole[:-1] if len(whole) % 4 == 1 else whole
        return _as_text(a2b_base64(whole + "=" * (-len(whole) % 4)))
    except Error:
        return ""


def _as_text(data: bytes) -> str:
    """UTF-8, or the UTF-16 of PowerShell's encoded commands."""
    if data[1::2].count(0) * 2 > len(data) * 0.9:
        data = data[::2]
    if _NOT_TEXT.search(data):
        return ""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as exc:
        return data[:exc.start].decode("utf-8") if exc.start >= len(data) - 3 else ""
