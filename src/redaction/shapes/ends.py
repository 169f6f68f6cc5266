"""Where a value ends, for each way to write it: in quotes, in brackets, to a space, to the next name, to the end."""
import re
from typing import NamedTuple

from ..decode.views import View

_STOPS = re.compile(r"[\s\"'`;&,<]")
_QUOTES = "\"'`"
_NEXT_NAME = re.compile(r"(?:&&|[;&,])\s{0,8}[\"'`]?-{0,2}(?:[A-Za-z_@$][\w .-]{0,40}=(?![=\s]|\Z)"
                        r"|[A-Za-z_][\w .-]{0,40}[\"'`]?\s?:[\s\"'])")
_TAG = re.compile(r"</[A-Za-z]|<(?:br|p|div|span|t[dhr]|li|[uo]l|b|i|a|em|strong|code|pre|h[1-6r]|img|table|!--)\b")
_CLOSED = re.compile(r"[\s,;:})\]>&|]|\Z")  # what follows a quote that ends something
_ENDED = re.compile(r"[\s,;:})\]]|\Z")  # the same behind a value without quotes
_BRACKETS = {"{": re.compile(r"[{}]"), "[": re.compile(r"[\[\]]"), "(": re.compile(r"[()]")}
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}
_PREFIX = re.compile(r"(?:[rbfuRBFUN]{1,2}|[@$#])?([\"'`])")
_GOES_ON = re.compile(r"[\w!@#$%^*+~?=/\\-]")
_COMMENT = re.compile(r"\s(?:#|//|--)\s")
_CONTINUED = re.compile(r"\r?\n[ \t]{0,80}(?=\S)")  # behind a backslash
_BROKEN = re.compile(r"\r?\n(?=\S)")
_WIDTH = 80  # columns behind which a terminal breaks a line
_MOST_TRIMMED = 8
_LONGEST_SPACED = 200  # characters of a value with spaces in a connection string


class Span(NamedTuple):
    """The value without its quotes, and where reading goes on."""
    start: int
    end: int
    after: int
    is_quoted: bool = False


def read_quoted(view: View, at: int) -> Span | None:
    """A value in quotes, triple and doubled ones included, with the letters that a language writes before them."""
    prefix = _PREFIX.match(view.text, at)
    if not prefix:
        return None
    at, text, quote = prefix.start(1), view.text, prefix[1]
    for sign in (quote * 3, quote * 2):
        if text.startswith(sign, at) and not _CLOSED.match(text, at + len(sign)):
            end = text.find(sign, at + len(sign))
            end = end if end >= 0 else len(text)
            return Span(at + len(sign), end, min(end + len(sign), len(text)), True)
    end = _find_closing(view, at)
    while end < len(text) and (joint := _find_joint(view, end)):
        end = _find_closing(view, joint)
    return Span(at + 1, end, min(end + 1, len(text)), True)


def _find_joint(view: View, at: int) -> int:
    """Behind a closing quote, where a shell's text goes on after a quote in it: `'it'"'"'s'` and `'it'\''s'`."""
    quote = view.text[at]
    other = "'" if quote == '"' else '"'
    if view.text.startswith(f"{other}{quote}{other}{quote}", at + 1):
        return at + 4
    is_escaped = view.text.startswith(quote * 2, at + 1) and view.depth(at + 1) > view.depth(at) == view.depth(at + 2)
    return at + 2 if is_escaped else 0


def _find_closing(view: View, opening: int) -> int:
    """The quote as deep as the opening one, or that ends what it stands in; doubled ones are a quote in the value."""
    text, quote, depth = view.text, view.text[opening], view.depth(opening)
    at = text.find(quote, opening + 1)
    while at >= 0:
        if view.depth(at) <= depth:
            is_doubled = at > opening + 1 and text.startswith(quote, at + 1) and view.depth(at + 1) == depth
            if not is_doubled or view.depth(at) < depth:
                return at
            at += 1
        at = text.find(quote, at + 1)
    return len(text)


def is_closed(text: str, at: int) -> bool:
    """Whether a list or a call that ends here has ended: in a password, more signs follow its brackets."""
    return _GOES_ON.match(text, at) is None


def read_brackets(view: View, at: int) -> Span | None:
    """A list, an object, a tuple or a call's arguments, with its brackets; to the end of the text if not closed."""
    opening = view.text[at:at + 1]
    if not opening or opening not in _BRACKETS:
        return None
    depth = 0
    for bracket in _BRACKETS[opening].finditer(view.text, at):
        depth += 1 if bracket[0] == opening else -1
        if depth == 0 and view.text.startswith("}}", bracket.start()) and view.text[at - 1] == "=":
            depth += 2  # in a connection string, where a value has a bracket doubled
        if depth == 0:
            return Span(at, bracket.end(), bracket.end())
    return Span(at, len(view.text), len(view.text))


def read_bare(view: View, at: int, data: int, enclosing: str = "", is_line: bool = False,
              is_list: bool = False) -> Span:
    """A value without quotes: to a space, with `is_line` to the end of the line, or to the quote around name and value.

    What is encoded as data more often than the separator was (`data`) belongs to the value. With `is_list`, what looks
    like the next name does too, as in cookies.
    """
    text, end, joined = view.text, len(view.text), at
    for stop in _STOPS.finditer(text, at):
        place, sign = stop.start(), stop[0]
        if place < joined or view.data(place) > data:
            continue
        continued = _read_on(text, place) if sign in "\r\n" and place > at else None
        if continued:
            joined = continued.end()
            continue
        if sign.isspace():
            is_spaced = is_line and not _COMMENT.match(text, place) or not is_line and bool(enclosing)
            is_end = sign in "\r\n" or not is_spaced
        elif sign in _QUOTES:
            ends_text = not is_line and sign != "`" and _ENDED.match(text, place + 1) is not None
            is_end = place > at and (sign == enclosing or ends_text)
        elif sign == "<":
            is_end = _TAG.match(text, place) is not None
        else:
            is_end = not is_list and _ends_value(text, place)
        if is_end:
            end = place
            break
    return Span(at, _trim(text, at, end), end)


def _read_on(text: str, end: int) -> re.Match[str] | None:
    """What stands between the halves of a value that goes on below, behind a backslash or where a terminal broke it."""
    if text[end - 1] == "\\":
        return _CONTINUED.match(text, end)
    start = text.rfind("\n", max(0, end - _WIDTH - 1), end) + 1
    return _BROKEN.match(text, end) if end - start == _WIDTH else None


def read_to_semicolon(view: View, at: int) -> Span | None:
    """In a connection string, values hold spaces."""
    end = view.text.find(";", at, at + _LONGEST_SPACED)
    if end < 0 or any(sign in view.text[at:end] for sign in "\n\"'"):
        return None
    return Span(at, end, end)


def _ends_value(text: str, place: int) -> bool:
    """Whether the next name begins behind the sign, or the next command."""
    if text[place] != "," and text[place + 1:place + 2].isspace() or text.startswith("&&", place):
        return True
    return _NEXT_NAME.match(text, place) is not None


def _trim(text: str, start: int, end: int) -> int:
    """Without the space, the comma and the brackets behind the value that were not opened in it."""
    least = max(start, end - _MOST_TRIMMED)
    while end > least:
        last = text[end - 1]
        is_unopened = last in _PAIRS and text.count(_PAIRS[last], start, end) < text.count(last, start, end)
        if not (last.isspace() or last in ",;" or is_unopened):
            break
        end -= 1
    return end
