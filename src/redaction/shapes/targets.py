"""Values of several names that are assigned at once: `user, password = "bob", "x"`."""
import re

from ..decode.views import View
from .ends import Span
from .found_names import Name
from .value_lists import read_values

_TARGET = r"[*$@]{0,2}[A-Za-z_][\w.]{0,80}"
# Read from right to left, which begins at the name and is done where no name stands before it.
_BEFORE = re.compile(r"[*$@]{0,2}((?:\s{0,8},\s{0,4}[\w.]{0,80}[A-Za-z_][*$@]{0,2}){0,12})\s{0,8}[(\[{]?"
                     r"(?:[ \t]{1,8}\d{1,6})?[ \t]{0,40}(?:\Z|[\n;(\[{|>]|(?<=\s)(?:tel|rav|tsnoc|lacol|ym)\b)")
_BEHIND = re.compile(rf"((?:\s{{0,4}},\s{{0,8}}{_TARGET}){{0,12}})\s{{0,4}},?\s{{0,4}}[)\]}}]?\s{{0,8}}"
                     r"(?::=|<-|=(?!=))\s{0,8}(?:\\\r?\n\s{0,40})?(?:deal)?[(\[{]?\s{0,40}")
_SPLIT = re.compile(r"\.r?(?:split|partition)\([^()]{0,40}\)\Z")
_REACH = 400
_NEAR = 8  # characters in which the comma between two names stands


def read_target(view: View, name: Name) -> Span | None:
    """The value in the place that the name has among the names; an empty span where no secret is."""
    text = view.text
    if "," not in text[max(0, name.start - _NEAR):name.start] + text[name.end:name.end + _NEAR]:
        return None
    behind = _BEHIND.match(text, name.end)
    if not behind:
        return None
    before = _BEFORE.match(text[max(0, name.start - _REACH):name.start][::-1])
    place = before[1].count(",") if before else -1
    if place < 0 or place + behind[1].count(",") == 0:
        return None
    values = read_values(view, behind.end(), place + behind[1].count(",") + 1)
    is_told = len(values) > 1 and any(value.is_quoted or text[value.end - 1] in ")]" for value in values)
    if is_told and place < len(values):
        value = values[place]._replace(after=name.end)  # the next name may be a secret's too
        return value if value.is_quoted else value._replace(end=value.start)
    is_split = len(values) == 1 and not values[0].is_quoted and _SPLIT.search(text, values[0].start, values[0].end)
    return Span(name.end, name.end, name.end) if is_split else None
