"""Fourth station: the value of a secret name where one is assigned, however the language writes that."""
import re
from collections.abc import Iterator
from typing import NamedTuple

from ..decode.views import View
from .ends import Span, is_closed, read_bare, read_brackets, read_quoted, read_to_semicolon
from .found_names import Name

_TYPE = (r"(?:(?:typing\.)?(?:Optional|Union|Annotated|Final|ClassVar)|str|[Ss]tring|[Bb]ytes|Secret(?:Str)?|[Aa]ny"
         r"|[Tt]ext|object|(?i:n?varchar2?|n?char|securestring)|&(?:'\w+ )?str|\[\]byte|\*?string)"
         r"(?:\([\w, ]{1,20}\)|\[[^\]\n=]{0,60}\]|<[^>\n=]{0,40}>|[?*&!])?(?:\s?\|\s?\w+)?")
_SEPARATOR = re.compile(
    r"(?P<closing>[\"'`]{0,2})\\{0,2}(?:\*{1,3}|_{1,2}|(?:\s?[\])]){1,3}[\"'`]?)?[^\S\r\n]{0,60}"
    r"(?:\s{1,4}(?=[:=]))?"
    rf"(?:(?::\s{{0,4}})?[\"']?{_TYPE}[\"']?\s{{0,4}}(?=:?=))?"
    r"(?P<sign>:=|={1,3}>?|!==?|\?=|\+=|<-|->|=~|~>|::?|\uff1a|\u2192)(?![:=/]/)(?:\*{1,3}(?=\s))?"
    r"[^\S\r\n]{0,200}(?:\\\r?\n[^\S\r\n]{0,80})?(?P<break>\s{0,200})")
_TAGS = re.compile(r"(?:&[\w-]{1,60}[^\S\n]+|!{1,2}[\w/:.-]{0,60}[^\S\n]+){1,3}")
_REFERENCES = ("!ref", "!sub", "!getatt", "!importvalue", "!env")
_COMPARISONS = ("==", "===", "!=", "!==")
_BLOCK = re.compile(r"[|>][-+0-9]{0,2}[^\S\n]*(?:#[^\n]{0,200})?(?:\n|\Z)")
_COMMENT = re.compile(r"#\s[^\n]{0,200}(?=\n\s)")
_REFERENCE = re.compile(r"[A-Za-z_$][\w.]{0,80}\[[\"']\w{1,100}[\"']\]|(?:process|import\.meta)\.env\.\w{1,100}")
_CALL = re.compile(r"(?:new\s)?[A-Za-z_]{2,40}(?:\.|::|\d|[A-Za-z_]){0,80}!?\(")
_ASKS = re.compile(r"(?i)(?:env|getpass|input|prompt|get|ask|read|fetch|load|find|open|secret|password|token|key"
                   r"|credential|config|var)\w*\(")
_GOES_ON_WITH = re.compile(r"[\"'`]?\s{0,8}(?:(?:\+|\|\||\?\?|\bor\b|\.|\{|-?->|[=!]==?"
                           r"|\bif\b[^\n\"'`]{1,80}\belse\b)\s{0,8}(?:\\?\r?\n\s{0,40})?"
                           r"|\\?\r?\n\s{1,40})(?=[rbfu]?[\"'`])")
_KEYWORD = re.compile(r"\b(?!default|fallback|value|password|secret|token)\w+\s?=\s?\Z", re.I)
_LITERAL = re.compile(r"[\"'`]")
_LONGEST_CALL = 2_000
_LINE_START = re.compile(r"[^\S\r\n]{0,40}(?:[-*+>|#]\s{1,4}|(?:export|set|setenv|env|let|var|const|final)\s{1,8}|//\s?"
                         r"|\d{1,3}[.)]\s+){0,3}[\"'`]?")
_LINE_START_REACH = 80
_GOES_ON = re.compile(r"\s(?:--?[A-Za-z]|&&|\|\|?\s|>{1,2}\s|[A-Za-z_][\w.-]{0,60}[=:](?![=/])|\./|python|bash"
                      r"|sh\s|make|docker|npm|node|java|az\s|exec\s|sudo\s)")
_LONGEST_LINE = 500
_WHOLE_LINES = ("authorization", "cookie", "cookies")
_OPENING = ("\"", "'", "{", "[", "(")


class Assignment(NamedTuple):
    """The value, and with what it is marked: in JSON, a value without quotes gets those of its name."""
    span: Span
    quote: str = ""
    below: int = -1  # where the next line begins, when the value is not on the line of its name
    is_comparison: bool = False
    is_set: bool = False  # by a sign behind which no sentence about the secret stands
    further: tuple[Span, ...] = ()  # what else may be the value: `getenv("A") or "x"`, texts that are put together


def read_assignment(view: View, name: Name) -> Assignment | None:
    """What is assigned to a name, or None."""
    text = view.text
    found = _SEPARATOR.match(text, name.end)
    if not found or found["sign"] == "::" and not text[found.end("sign"):found.end("sign") + 1].isspace():
        return None
    at, closing = found.end(), found["closing"][:1]
    if found["break"] and not (closing and text[at:at + 1] in _OPENING):
        return Assignment(Span(at, at, at), below=found.start("break"))
    data = view.data(found.start("sign"))
    if at < len(text) and view.data(at) > data:  # what is encoded as data opens nothing
        return Assignment(_read_bare(view, name, at, data, closing))
    comment = _COMMENT.match(text, at) if found["sign"] == ":" else None
    if comment:
        return Assignment(Span(at, at, at), below=comment.end())
    tags = _TAGS.match(text, at)
    if tags and tags[0].lower().startswith(_REFERENCES):
        return None
    at = tags.end() if tags else at
    if at >= len(text):
        return None
    quoted = read_quoted(view, at)
    if quoted:
        return Assignment(quoted, further=tuple(_read_further(view, quoted.after)))
    block = _BLOCK.match(text, at)
    if block:
        return Assignment(Span(at, at, at), below=block.end() - block[0].endswith("\n"))
    expression = _read_expression(view, at, data)
    if expression:
        return Assignment(expression, further=tuple(_read_further(view, expression.after)))
    span = _read_unquoted(view, name, at, data, closing)
    return Assignment(span, closing if found["sign"] == ":" else "", is_comparison=found["sign"] in _COMPARISONS,
                      is_set="=" in found["sign"])


def _read_further(view: View, at: int) -> Iterator[Span]:
    """The texts that an expression goes on with, behind an operator or on a line that is continued."""
    while found := _GOES_ON_WITH.match(view.text, at):
        quoted = read_quoted(view, found.end())
        if not quoted:
            return
        yield quoted
        at = max(quoted.after, found.end() + 1)


def _read_unquoted(view: View, name: Name, at: int, data: int, closing: str) -> Span:
    text = view.text
    opening = at + text.startswith("$(", at)
    brackets = read_brackets(view, opening) if text[opening:opening + 1] in ("{", "[", "(") else None
    if brackets and (is_closed(text, brackets.after) or brackets.after - at > _LONGEST_LINE):
        return brackets._replace(start=at)
    return _read_bare(view, name, at, data, closing)


def _read_bare(view: View, name: Name, at: int, data: int, closing: str) -> Span:
    text = view.text
    before = text[name.start - 1:name.start]
    enclosing = before if before in ("\"", "'", "`") and closing != before else ""
    if name.text.lower().endswith(_WHOLE_LINES):
        return read_bare(view, at, data, enclosing, is_line=True, is_list=True)
    spaced = read_to_semicolon(view, at) if text[max(0, name.start - 2):name.start].rstrip().endswith(";") else None
    return spaced or read_bare(view, at, data, enclosing, is_line=not enclosing and _is_line(text, name, at))


def _is_line(text: str, name: Name, at: int) -> bool:
    """Where the name begins the line, the rest of it is the value, unless that goes on like a command or a list."""
    floor = max(0, name.start - _LINE_START_REACH)
    line = max(text.rfind("\n", floor, name.start), text.rfind("\r", floor, name.start)) + 1
    if not line and floor or not _LINE_START.fullmatch(text, line, name.start):
        return False
    end = text.find("\n", at, at + _LONGEST_LINE)
    return not _GOES_ON.search(text, at, end if end >= 0 else at + _LONGEST_LINE)


def _read_expression(view: View, at: int, data: int) -> Span | None:
    """`os.environ["DB_PASSWORD"]`; of a call the last text among its arguments: `getenv("DB_PASSWORD", "x")`."""
    reference = _REFERENCE.match(view.text, at)
    if reference:
        return Span(reference.end(), reference.end(), reference.end())
    call = _CALL.match(view.text, at)
    arguments = read_brackets(view, call.end() - 1) if call and view.data(call.end() - 1) <= data else None
    if not call or not arguments or arguments.end - at > _LONGEST_CALL or not _is_call(view.text, arguments):
        return None
    last, count, place = Span(arguments.after, arguments.after, arguments.after), 0, call.end()
    while literal := _LITERAL.search(view.text, place, arguments.end):
        quoted = read_quoted(view, literal.start())
        if not quoted:
            break
        if not _KEYWORD.search(view.text, max(place, literal.start() - 40), literal.start()):
            last, count = quoted, count + 1
        place = max(quoted.after, literal.end())
    is_answer = count > 1 or count == 1 and not _ASKS.search(call[0])
    return last if is_answer else Span(arguments.after, arguments.after, arguments.after)


def _is_call(text: str, arguments: Span) -> bool:
    return text[arguments.end - 1] == ")" and is_closed(text, arguments.end)
