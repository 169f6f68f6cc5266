"""Values in XML and HTML: of an element, of an attribute, beside the element or attribute that names them."""
import re

from ..decode.views import View
from .ends import Span
from .found_names import Name

_OPENED = re.compile(r"<(?:[\w.-]{1,40}:)?\Z")
_TAG_REST = re.compile(r"[^<>]{0,400}(?<!/)>")
_VALUE = r"\s(?:value|val|content|data|default|defaultvalue|connectionstring|text)\s?=\s?([\"'])"
_VALUE_BEHIND = re.compile(rf"[^<>]{{0,400}}?{_VALUE}", re.I)
_VALUE_BEFORE = re.compile(rf"<[^<>]{{0,300}}?{_VALUE}([^<>]{{1,300}}?)\1[^<>]{{0,200}}\Z", re.I)
_SIBLING = re.compile(r"\s{0,8}</[\w:.-]{1,60}>\s{0,40}(?:<[\w:.-]{1,60}(?:\s[^<>]{0,200})?>\s{0,8}){1,3}(?!<)")
_TAGS = re.compile(r"\s{0,100}(?:</?[A-Za-z][^<>]{0,200}>\s{0,100}){0,4}")
_CDATA = "<![CDATA["
_BEFORE = 320  # characters before the name in which its tag begins


def read_element(view: View, name: Name) -> Span | None:
    """The content of an element with that name, or with an attribute that says it, or of the element behind it."""
    text = view.text
    last = text[name.start - 1:name.start]
    if last not in ("<", ":", ">", "\"", "'", "\n", " "):
        return None
    before = text[max(0, name.start - _BEFORE):name.start]
    if last in "<:":
        tag = _TAG_REST.match(text, name.end) if _OPENED.search(before[-50:]) else None
        return read_content(view, tag.end()) if tag else None
    sign = text[name.end:name.end + 1]
    if sign not in _QUOTES:
        sibling = _SIBLING.match(text, name.end) if before.rstrip().endswith(">") else None
        return read_content(view, sibling.end()) if sibling else None
    return _read_beside(view, name, before) if before.rfind("<") > before.rfind(">") else None


_QUOTES = ("\"", "'")


def _read_beside(view: View, name: Name, before: str) -> Span | None:
    """In the tag of which an attribute says the name."""
    text = view.text
    behind = _VALUE_BEHIND.match(text, name.end)
    if behind:
        end = text.find(behind[1], behind.end())
        return Span(behind.end(), end, end + 1) if end >= 0 else Span(behind.end(), len(text), len(text))
    earlier = _VALUE_BEFORE.search(before)
    if earlier:
        start = name.start - len(before)
        return Span(start + earlier.start(2), start + earlier.end(2), name.end)
    tag = _TAG_REST.match(text, name.end)
    return read_content(view, tag.end()) if tag else None


def read_content(view: View, at: int) -> Span | None:
    """The text behind the tags and spaces at a place, up to the next tag; what is encoded there is text."""
    text, depth = view.text, view.depth(at - 1) if at else 0
    tags = _TAGS.match(text, at)
    at = tags.end() if tags else at
    start, closing = (at + len(_CDATA), "]]>") if text.startswith(_CDATA, at) else (at, "<")
    end = text.find(closing, start)
    while end >= 0 and view.depth(end) > depth:
        end = text.find(closing, end + 1)
    end = end if end >= 0 else len(text)
    return Span(start, start + len(text[start:end].rstrip()), end) if end > start else None
