"""Values that stand below their name: YAML's blocks, lists and folded texts, and answers on the next line."""
import re
from collections.abc import Iterator

from ..decode.views import View
from ..names.judging import looks_secret
from .found_names import Name

_LINE = re.compile(r"[^\n]*(?:\n|\Z)")
_MEMBER = re.compile(r"\s*(?:-\s+)?[\"']?[\w.-]{1,80}[\"']?\s*:(?:\s|\Z)")
_VALUE = re.compile(r"\s*(?:-\s+)?[\"']?[\w.-]{1,80}[\"']?\s*:[^\S\n]+([^\s#][^\n]*)")
_HELD = re.compile(r"\s*[\"']?(?:value|default|defaultvalue|data|content|text)[\"']?\s*:[^\S\n]+([^\s#][^\n]*)", re.I)
_ITEM = re.compile(r"\s*-\s+(?:&\w+\s+)?([^\s#][^\n]*)")
_PART = re.compile(r"[\"']?[^\n]{0,200}\n(?:[A-Za-z-]{1,40}:[^\n]{0,200}\n){0,4}\r?\n([^\n]{1,4000})")
_FORM_REACH = 60
_LONGEST_ANSWER = 300

Range = tuple[int, int]


def find_below(view: View, name: Name, at: int) -> Iterator[Range]:
    """The values below the line that ends at `at`: all that is deeper than the name, or the next line's only word."""
    text = view.text
    lines = list(_deeper_lines(text, at, _column(text, name.start)))
    if not lines:
        yield from find_answer(text, at)
    elif any(text[start:end].lstrip().startswith("- ") for start, end in lines):
        items = _matches(_ITEM, text, lines)
        yield from (_stripped(item, 1) for item in items if not _MEMBER.match(text, item.start(), item.end()))
    elif not _MEMBER.match(text, *lines[0]):
        yield _stripped_range(text, lines[0][0], lines[-1][1])
    else:
        pattern = _VALUE if name.text.lower().endswith("s") else _HELD
        yield from (_stripped(value, 1) for value in _matches(pattern, text, lines))


def find_leaves(text: str, start: int, at: int) -> Iterator[Range]:
    """Every value of the members below the one that begins at `start` and whose line ends at `at`."""
    lines = list(_deeper_lines(text, at, _column(text, start)))
    yield from (_stripped(value, 1) for value in _matches(_VALUE, text, lines))


def find_part(text: str, start: int, end: int) -> Iterator[Range]:
    """Of a form that is sent in parts, the content of the part that has the name between `start` and `end`."""
    part = _PART.match(text, end) if "form-data" in text[max(0, start - _FORM_REACH):start] else None
    if part:
        yield _stripped(part, 1)


def find_answer(text: str, at: int) -> Iterator[Range]:
    """The only word of the line below, if it looks secret."""
    start = text.find("\n", at) + 1
    if start:
        end = text.find("\n", start, start + _LONGEST_ANSWER)
        first, last = _stripped_range(text, start, end if end >= 0 else min(len(text), start + _LONGEST_ANSWER))
        if len(text[first:last].split()) == 1 and looks_secret(text[first:last]):
            yield first, last


def _column(text: str, start: int) -> int:
    """How deep the name is: where it stands in a line of YAML, else where its line begins."""
    line = text.rfind("\n", 0, start) + 1
    before = text[line:start]
    return len(before) if not before.strip(" -\"'") else len(before) - len(before.lstrip())


def _deeper_lines(text: str, at: int, column: int) -> Iterator[Range]:
    at = text.find("\n", at) + 1
    while 0 < at < len(text):
        line = _LINE.match(text, at)
        end = line.end() if line else len(text)
        content = text[at:end].lstrip()
        indent = end - at - len(content)
        if content and indent <= column and not (indent == column and content.startswith("- ")):
            return
        if content:
            yield at, end
        at = end


def _matches(pattern: re.Pattern[str], text: str, lines: list[Range]) -> Iterator[re.Match[str]]:
    return (found for line in lines if (found := pattern.match(text, *line)))


def _stripped(found: re.Match[str], group: int) -> Range:
    return _stripped_range(found.string, *found.span(group))


def _stripped_range(text: str, start: int, end: int) -> Range:
    content = text[start:end]
    start += len(content) - len(content.lstrip())
    return start, start + len(content.strip())
