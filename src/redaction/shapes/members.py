"""Objects that name the secret in one member and hold it in another: `name` beside `value`, in any notation.

Also those that say it with `isSecret` or a type `SecureString`, in text that is not wholly JSON.
"""
import re
from collections.abc import Iterator

from ..decode.views import View
from ..tries import any_of
from .below import find_leaves
from .ends import Span, read_bare, read_brackets, read_quoted

LABELS = frozenset("""name key id variable var param parameter header field attribute setting option property label
    envname env_name configkey""".split())
VALUES = frozenset("""value values val default defaultvalue default_value content valuefrom value_from data text
    stringdata secretvalue stringvalue string_value currentvalue currentval plaintext""".split())
FLAGS = frozenset("issecret secret secure sensitive issensitive masked ishidden".split())
KINDS = frozenset("securestring secureobject secret password securevalue secretstr passwordstring".split())
KIND_LABELS = frozenset("type kind format parametertype datatype".split())

_REACH = 300  # characters on each side of the name
_BEFORE_LABELLED = ("\"", "'", "`", ":", "=", ">", "-", " ")
_LABEL = re.compile(r"(?:[\"'`<]|\b)\w{0,20}(?:name|key|id|variable|var|param(?:eter)?|header|field|setting|option"
                    r"|property|label|env_?name|configkey|type|kind|format)"
                    r"[\"'`]{0,2}(?:\s{0,8}[:=]|=>|>)\s{0,8}[\"'`]{0,2}-{0,2}\Z",
                    re.I)
_LONGEST_LABEL = 50
_VALUE = re.compile(any_of(VALUES) + r"[\"'`]?\s{0,8}(?::|=>|=)([^\S\n]{0,40}\n)?\s{0,40}")
_BLOCK = re.compile(r"[\"']\s{0,8}\{")  # variable "db_password" { default = ... }
_REFERENCE = re.compile(r"\w{0,40}ref\s{0,4}:")
_BRACES = re.compile(r"[{}\[\]]")
_ITEM = re.compile(r"\n[^\S\n]*(?:-\s|\n)")


def is_label(view: View, start: int) -> bool:
    """Whether what begins at `start` is the value of a member such as `name`."""
    if view.text[start - 1:start] not in _BEFORE_LABELLED:
        return False
    return _LABEL.search(view.text, max(0, start - _LONGEST_LABEL), start) is not None


def is_block(view: View, end: int) -> bool:
    """Whether what ends at `end` names the block behind it."""
    return _BLOCK.match(view.text, end) is not None


def find_members(view: View, low: str, start: int, end: int) -> Iterator[Span]:
    """The values beside the member that holds `start` to `end`, which is a secret name or says that they are secret."""
    block = _BLOCK.match(view.text, end)
    around = (block.end(), block.end()) if block else (start, end)
    first, last = _object_around(view.text, *around)
    for found in _VALUE.finditer(low, first, last):
        is_name = low[found.start() - 1].isalnum() or low[found.start() - 1] in "_-."
        if is_name and not found[0].startswith("value") or found.end() >= last or start <= found.start() < end:
            continue
        if found[1]:
            if not _REFERENCE.match(low, found.end()):
                yield from (Span(*leaf, leaf[1]) for leaf in find_leaves(view.text, found.start(), found.start(1)))
            continue
        span = _read_value(view, found.end(), is_line=first == 0 and low[found.end() - 1] == " ")
        if span.start >= end or span.end <= start:
            yield span


def _read_value(view: View, at: int, is_line: bool) -> Span:
    brackets = read_brackets(view, at) if view.text[at] in "[{" else None
    return read_quoted(view, at) or brackets or read_bare(view, at, 0, is_line=is_line)


def _object_around(text: str, start: int, end: int) -> tuple[int, int]:
    """From the bracket that opens the object to the one that closes it, or to a list's next item, if they are near."""
    depth, last = 0, min(len(text), end + _REACH)
    for brace in _BRACES.finditer(text, end, last):
        depth += 1 if brace[0] in "{[" else -1
        if depth < 0:
            last = brace.start()
            break
    first, depth = max(0, start - _REACH), 0
    for brace in reversed(list(_BRACES.finditer(text, first, start))):
        depth += 1 if brace[0] in "}]" else -1
        if depth < 0:
            first = brace.end()
            break
    item = _ITEM.search(text, end, last)
    items = list(_ITEM.finditer(text, first, start))
    return items[-1].end() if items else first, item.start() if item else last
