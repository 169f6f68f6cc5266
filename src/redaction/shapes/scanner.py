"""Fourth station: finds the values of secret names in a text, in whatever shape they are written."""
import sys
from collections.abc import Iterator, Sequence

from ..decode.views import View
from ..names.grading import OPAQUE, STRONG
from ..names.judging import is_plain, is_secret_value
from ..places import REDACTED, Place
from . import members
from .assignments import Assignment, read_assignment
from .below import find_answer, find_below, find_part
from .ends import Span
from .followers import read_follower
from .found_names import Name, find_names
from .markup import read_content, read_element
from .refused_values import read_refused, read_refused_before
from .sentences import read_said
from .targets import read_target

_NOWHERE = (sys.maxsize, sys.maxsize)
_LINE_BREAKS = ("\r", "\n")
_SET = ("true", "1", "yes")
_BEFORE_ASSIGNMENTS = (("refused", read_refused), ("assigned with others", read_target))
_SHAPES = (("markup", read_element), ("behind its name", read_follower), ("said in a sentence", read_said))

Found = tuple[Place, int]  # the place, and where in the view reading goes on


def find(view: View, low: str, islands: Sequence[tuple[int, int]] = ()) -> Iterator[Place]:
    """Places in the original of the view; `low` is its text in lower case. Names in `islands` are passed over."""
    end, waters = 0, iter(islands)
    island = next(waters, _NOWHERE)
    for name in find_names(view, low):
        if not name.text:
            yield Place(*view.origin(name.start, name.end), "names", "more names than a text has")
            return
        while name.start >= island[1]:
            island = next(waters, _NOWHERE)
        if name.start < end or name.start >= island[0]:
            continue
        for place, after in _find_values(view, low, name):
            end = max(end, after)
            yield place


def _find_values(view: View, low: str, name: Name) -> Iterator[Found]:
    if members.is_label(view, name.start) and not name.is_option:
        found = [*_find_beside(view, low, name), *_find_part(view, name)]
        if found:
            yield from found
            return
    refused = read_refused_before(view, name)
    if refused:
        yield from _judge(view, name, refused, "refused")
    for shape, read in _BEFORE_ASSIGNMENTS:
        span = read(view, name)
        if span:
            yield from _judge(view, name, span, shape)
            return
    assignment = read_assignment(view, name)
    if not assignment:
        yield from _find_unassigned(view, low, name)
    elif assignment.below >= 0:
        for start, end in find_below(view, name, assignment.below):
            yield from _judge(view, name, Span(start, end, end), "below its name")
    else:
        value = view.text[slice(*assignment.span[:2])]
        if assignment.is_comparison and not assignment.span.is_quoted and is_plain(value):
            return
        if value.lower() in _SET and name.text.lower().replace("_", "") in members.FLAGS:
            yield from _find_beside(view, low, name._replace(grade=STRONG, text="secret"))
        is_tag = not assignment.span.is_quoted and view.text.startswith("<", assignment.span.start)
        element = read_content(view, assignment.span.start) if is_tag else None
        span, quote = element or assignment.span, _mark_quote(assignment)
        yield from _judge(view, name, span, "assigned", quote, assignment.is_set)
        for span in assignment.further:
            yield from _judge(view, name, span, "assigned")


def _find_part(view: View, name: Name) -> Iterator[Found]:
    for start, end in find_part(view.text, name.start, name.end):
        yield from _judge(view, name, Span(start, end, end), "part of a form")


def _find_unassigned(view: View, low: str, name: Name) -> Iterator[Found]:
    text = view.text
    if members.is_block(view, name.end):
        yield from _find_beside(view, low, name)
    elif text[name.end:name.end + 1] in _LINE_BREAKS and (not name.start or text[name.start - 1] in _LINE_BREAKS):
        for start, end in find_answer(text, name.end):
            yield from _judge(view, name, Span(start, end, end), "below its name")
    else:
        shapes = _SHAPES if name.grade > OPAQUE or name.is_option else _SHAPES[:1]
        for shape, read in shapes:
            span = read(view, name)
            if span and span.end > span.start:
                yield from _judge(view, name, span, shape)
                return


def _find_beside(view: View, low: str, name: Name) -> Iterator[Found]:
    for span in members.find_members(view, low, name.start, name.end):
        yield from _judge(view, name, span, "member beside its name")


def _judge(view: View, name: Name, span: Span, shape: str, quote: str = "", is_set: bool = False) -> Iterator[Found]:
    value = view.text[span.start:span.end]
    if value and is_secret_value(value, name.grade, name.text, is_set):
        start, end = view.origin(span.start, span.end)
        yield Place(start, end, "names", f"{name.text}, {shape}", f"{quote}{REDACTED}{quote}"), span.after


def _mark_quote(assignment: Assignment) -> str:
    """In JSON, what stands for a number or a list is a text, in quotes as its name has them."""
    return "" if assignment.span.is_quoted or assignment.span.end <= assignment.span.start else assignment.quote
