"""Values with commas between them: what is assigned to several names at once, and the arguments of a call."""
import re

from ..decode.views import View
from .ends import Span, read_brackets, read_quoted

_WORD = re.compile(r"[^\s,;()\[\]{}\"'`]{1,200}")
_COMMA = re.compile(r"\s{0,8},\s{0,40}")
_LONGEST = 500  # characters of a value in brackets


def read_values(view: View, at: int, most: int) -> list[Span]:
    """Texts in quotes, and words with what stands in brackets behind them; anything else ends the list."""
    values: list[Span] = []
    while len(values) < most:
        value = read_quoted(view, at) or _read_expression(view, at)
        if not value:
            break
        values.append(value)
        comma = _COMMA.match(view.text, value.after)
        if not comma:
            break
        at = comma.end()
    return values


def _read_expression(view: View, at: int) -> Span | None:
    word = _WORD.match(view.text, at)
    end = word.end() if word else at
    while view.text[end:end + 1] in ("(", "[", "{"):
        brackets = read_brackets(view, end)
        if not brackets or brackets.end - end > _LONGEST:
            return None
        end = brackets.end
    return Span(at, end, end) if end > at else None
