"""First station: undoes JSON escapes at any depth, percent-encoding, HTML entities, terminal codes, look-alikes."""
import re
from functools import lru_cache
from itertools import accumulate

from .views import DEEPEST, View, plain

_ROUNDS = 3  # one undoes what is nested in its own kind; more are needed where kinds are mixed
_DATA = 16   # the high half of a level

_ESCAPE = re.compile(
    r"(\\+(?:u\{[0-9A-Fa-f]{1,6}\}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[0-7]{3}|e(?=\[)"
    r"|[\"'`/nrtbfv &;|<>()$!#*?])?"
    r"|%(?:25){0,4}(?:[CcDd][0-9A-Fa-f]%(?:25){0,4}[89ABab][0-9A-Fa-f]"
    r"|[Ee][0-9A-Fa-f](?:%(?:25){0,4}[89ABab][0-9A-Fa-f]){2}|[0-9A-Fa-f]{2})"
    r"|&(?:amp;){0,4}(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});"
    r"|\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,256}(?:\x07|\x1b\\)|[@-Z\\-_])"
    # A colour whose first character was lost, not one in which it is still encoded.
    r"|\[(?<![;}\x1b]\[)(?<!1[bB]\[)(?<!\\e\[)(?<!033\[)\d{1,3}(?:;\d{1,3}){0,4}m(?!\]|:\d)"
    r"|[\x00\xad\u200b-\u200f\u2060-\u2064\ufeff]|[\uff01-\uff5e\u3000\u2018-\u201f\u00ab\u00bb\u300c-\u300f])")
_IS_ENCODED = re.compile(r"\\|%[0-9A-Fa-f]{2}|&#?\w{2,8};|\[\d[\d;]{0,18}m|[\x00\x1b\xab\xad\xbb\u200b-\u201f"
                         r"\u2060-\u2064\u3000\u300c-\u300f\ufeff\uff01-\uff5e]")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_ENTITIES = {"quot": '"', "apos": "'", "amp": "&", "lt": "<", "gt": ">", "nbsp": " ", "equals": "=", "colon": ":",
             "semi": ";", "comma": ",", "lpar": "(", "rpar": ")", "lsqb": "[", "rsqb": "]", "lbrace": "{",
             "rbrace": "}", "sol": "/", "bsol": "\\", "commat": "@", "num": "#", "dollar": "$", "percnt": "%",
             "plus": "+", "period": ".", "lowbar": "_", "hyphen": "-", "Tab": "\t", "NewLine": "\n", "grave": "`",
             "vert": "|", "excl": "!", "quest": "?", "ast": "*"}
_LOOK_ALIKES = {**dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u300c\u300d\u300e\u300f", '"'),
                **dict.fromkeys("\u2018\u2019\u201a\u201b", "'"), "\u3000": " "}


def is_encoded(text: str) -> bool:
    """Whether the text holds anything that looks like an escape."""
    return _IS_ENCODED.search(text) is not None


def decode(text: str) -> View:
    """The view of a text in which nothing is encoded any more."""
    view = plain(text)
    for _ in range(_ROUNDS):
        if not _IS_ENCODED.search(view.text):
            return view
        view, before = _undo(view), view
        if view is before:
            return view
    return view


def _undo(outer: View) -> View:
    """Literal pieces and escapes take turns; what is done to all of them at once keeps a text of escapes alone fast."""
    pieces = _ESCAPE.split(outer.text)
    outer_ends = list(accumulate(map(len, pieces)))
    read = list(map(_read, pieces[1::2]))
    pieces[1::2] = [character for character, _ in read]
    text = "".join(pieces)
    if text == outer.text:
        return outer
    ends = list(accumulate(map(len, pieces)))
    levels = bytearray(len(text))
    for end, (character, level) in zip(ends[1::2], read):
        if level and character:
            levels[end - 1] = level
    if any(outer.levels):
        _inherit(levels, ends, outer, outer_ends)
    return View(text, bytes(levels), outer, ends, outer_ends)


def _inherit(levels: bytearray, ends: list[int], outer: View, outer_ends: list[int]) -> None:
    start, outer_start = 0, 0
    for end, outer_end in zip(ends, outer_ends):
        if end - start == outer_end - outer_start:
            levels[start:end] = outer.levels[outer_start:outer_end]
        elif end > start:
            levels[end - 1] = _deeper(levels[end - 1], max(outer.levels[outer_start:outer_end]))
        start, outer_start = end, outer_end


def _deeper(level: int, outer: int) -> int:
    return min((level >> 4) + (outer >> 4), DEEPEST) << 4 | min((level & 15) + (outer & 15), DEEPEST)


@lru_cache(maxsize=4_000)
def _read(escape: str) -> tuple[str, int]:
    """The character, or none, that an escape stands for, and its level; what is no escape after all stays as it is."""
    first = escape[0]
    if first == "\\":
        return _read_backslashes(escape) or (escape, 0)
    if first == "%":
        return _read_percent(escape) or (escape, 0)
    if first == "&":
        return _read_entity(escape) or (escape, 0)
    if "\uff01" <= first <= "\uff5e":
        return chr(ord(first) - 0xFEE0), 0
    return _LOOK_ALIKES.get(first, ""), 0


def _read_backslashes(escape: str) -> tuple[str, int] | None:
    rest = escape.lstrip("\\")
    count = len(escape) - len(rest)
    if not rest:
        return None
    if rest in "\"'`":
        return rest, min(_depth_of_quote(count), DEEPEST)
    depth = min(_factors_of_two(count) + 1, DEEPEST)
    if rest in _CONTROLS:
        return _CONTROLS[rest], depth
    if rest == "/":
        return "/", depth
    if len(rest) == 1:
        return rest, depth | _DATA
    code = int(rest, 8) if rest.isdigit() and len(rest) == 3 else int(rest[1:].strip("{}"), 16)
    return (chr(code), depth) if code < 0x110000 and not 0xD800 <= code < 0xE000 else None


def _depth_of_quote(backslashes: int) -> int:
    """An even number of them is what Python makes of a text in a text around which it puts single quotes."""
    while backslashes % 2 == 0:
        backslashes //= 2
    return _factors_of_two(backslashes + 1)


def _factors_of_two(count: int) -> int:
    """A text in a text has its backslashes doubled: before a quote d deep stands an odd multiple of 2**d, less 1."""
    return (count & -count).bit_length() - 1


def _read_percent(escape: str) -> tuple[str, int] | None:
    digits = escape.replace("%25", "%") if len(escape) > 3 else escape
    depth = 1
    while len(escape) > 3 and escape.startswith("25", 2 * depth - 1) and len(escape) > 2 * depth + 1:
        depth += 1
    while len(digits) > 3 and digits.startswith("%25"):
        digits = digits.replace("%25", "%")
    try:
        char = bytes.fromhex(digits.replace("%", "")).decode()
    except ValueError:
        return None
    return (char, depth << 4 | depth) if len(char) == 1 else None


def _read_entity(escape: str) -> tuple[str, int] | None:
    name = escape[1:-1].replace("amp;", "") or "amp"
    depth = min(escape.count("amp;") + (name != "amp"), DEEPEST)
    if not name.startswith("#"):
        return (_ENTITIES[name], depth) if name in _ENTITIES else None
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    return (chr(code), depth) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else None
