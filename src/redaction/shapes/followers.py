"""Values behind a secret name without a sign between them: options, pairs, calls, commands that set, SQL, .netrc."""
import re

from ..decode.views import View
from ..formats.opaque import is_mixed
from ..names.judging import is_plain, looks_secret
from .ends import Span, read_bare, read_brackets, read_quoted
from .found_names import Name

SEVERAL = ("keys", "tokens", "secrets", "passwords", "credentials")

_QUOTES = ("\"", "'", "`")
_NEXT_ARGUMENT = re.compile(r"[\"'`]\s{0,8},\s{0,8}|[\"'`]?[ \t]{0,8}\r?\n[ \t]{0,40}-[ \t]{1,8}"
                            r"|[\"'`]?(?:\s|\\\r?\n){1,40}")
_OPTION = re.compile(r"--?[A-Za-z][A-Za-z-]*(?:[=\s\"',)\]]|\Z)")
# `add_argument("--password", "-p", type=str, default="x")`
_KEYWORD = re.compile(r"(?:[\"']-{1,2}[\w-]{1,40}[\"'],\s{0,8}){0,4}[a-z_]{1,40}\s?=(?!=)")
_DEFAULT = re.compile(r"[^()]{0,300}?\bdefault\s?=\s?(?=[rbfu]?[\"'])")
_PAIR = re.compile(r"[\"'`]\s{0,8},\s{0,40}(?=[rbfuN@]{0,2}[\"'`])")
_PAIR_OPENED = re.compile(r"[(\[{]\s{0,8}[rbfu]?[\"'`]\Z")
_PAIR_CLOSED = re.compile(r"\s{0,8},?\s{0,8}[)\]}]")
_SYMBOL_PAIR = re.compile(r"(?:,| \.)\s{1,8}(?=[\"'])")  # {:password, "x"}, (password . "x")
_SYMBOL_OPENED = re.compile(r"[({\[]\s{0,8}:?\Z")
_SETS = r"(?i:set|put|add|with|env|get|store|save|write|update|insert|header|config|option|property|param|default)"
_CALLER = re.compile(rf"{_SETS}\w{{0,40}}[\"']?\(\s{{0,8}}(?:[^()\n]{{0,80}},\s{{0,8}})?[rbfu]?"
                     r"[\"'`](?:[\w.-]{1,40}[:/]){0,3}\Z")
_LITERAL = re.compile(r"[\"'`]")
_LONGEST_CALL = 500
_ASKING = re.compile(r"(?i)^(?:get|read|is|has|check|validate|ask|prompt|find|fetch|load|missing|invalid"
                     r"|require|need|parse)(?:[A-Z_]|\Z)")
_SETTERS = frozenset("""env arg setx setenv set config configure modify add secrets user-secrets label put store
    write using""".split())
_OWNERS = frozenset("login user username machine default account".split())  # the owner's name stands between
_SENTENCE = frozenset("""to is was are for of in on at by with from and or as the a an that which not has have must
    can should will set authentication authorization auth grant policy login""".split())
_QUOTED = re.compile(r"(?i)(?:\s+(?:encrypted|with|by|as|for|to|is|values?|hash(?:ed)?|using"
                     r"|-[a-z]{1,20}))?\s{1,8}(?=[NE]?['\"])")
_CELL = re.compile(r"[ \t]{0,80}\|[ \t]{0,80}([^|\n]{1,400})")  # of a table that names its rows
_CELL_BEFORE = re.compile(r"(?:^|\n)[ \t|]*\Z")
_LINE = re.compile(r",([^,;\n]{4,400})(?=\r?\n|\Z)")  # `db_password,x`
_SWITCH = re.compile(r"-[A-Za-z]{2,40}")  # of PowerShell
_WORD = re.compile(r"[\"'`]?[^\S\n]{1,40}(?=\S)")
_LINE_END = re.compile(r"[^\S\n]*(?:[#;][^\n]*)?(?:\n|\Z)")
_BEFORE = 100       # characters before the name that tell what it is
_WORDS_BEFORE = 5
_LONGEST_VALUE = 400
_LONG_WORD = 7      # characters that a word in a sentence has at most, unless it is secret


def read_follower(view: View, name: Name) -> Span | None:
    """The value that follows, or None."""
    if name.is_option:
        return _read_option(view, name)
    text = view.text
    sign = text[name.end:name.end + 1]
    before = text[max(0, name.start - _BEFORE):name.start]
    if sign in _QUOTES:
        pair = _PAIR.match(text, name.end)
        if pair:
            return _read_pair(view, before, pair.end())
    elif sign == "(":
        return None if _ASKING.search(name.text.rpartition(".")[2]) else _read_call(view, name.end)
    elif sign == "," or text[name.end:name.end + 3] == " . ":
        symbol, line = _SYMBOL_PAIR.match(text, name.end), _LINE.match(text, name.end)
        if line and before.rpartition("\n")[2] == "" and looks_secret(line[1], name.text):
            return Span(*line.span(1), line.end())
        return read_quoted(view, symbol.end()) if symbol and _SYMBOL_OPENED.search(before) else None
    elif not sign.isspace():
        return None
    quote = _QUOTED.match(text, name.end)
    if quote:
        quoted = read_quoted(view, quote.end())
        if quoted and 3 < quoted.end - quoted.start < _LONGEST_VALUE:
            return quoted
    cell = _CELL.match(text, name.end)
    if cell:
        span = Span(cell.start(1), cell.start(1) + len(cell[1].rstrip()), cell.end())
        value = text[span.start:span.end]
        is_row = len(value) > _LONG_WORD or _CELL_BEFORE.search(before)
        return span if is_row and " " not in value and looks_secret(value, name.text) else None
    word = _WORD.match(text, name.end)
    return _read_word(view, name, before, word.end()) if word else None


def _read_call(view: View, at: int) -> Span | None:
    """Of `setPassword("x")` and `BasicAuth("user", "x")` the last text among the arguments."""
    arguments = read_brackets(view, at)
    last = None
    if arguments and arguments.end - at <= _LONGEST_CALL:
        place = at + 1
        while literal := _LITERAL.search(view.text, place, arguments.end):
            last = read_quoted(view, literal.start())
            place = max(last.after if last else 0, literal.end())
    return last


def _read_option(view: View, name: Name) -> Span | None:
    text = view.text
    found = _NEXT_ARGUMENT.match(text, name.end)
    if not found or found.end() >= len(text) or _OPTION.match(text, found.end()):
        return None
    if "," in found[0] and _KEYWORD.match(text, found.end()):
        default = _DEFAULT.match(text, found.end())
        return read_quoted(view, default.end()) if default else None
    quoted = read_quoted(view, found.end())
    if quoted:
        return None if "," in found[0] and _OPTION.match(text, quoted.start) else quoted
    before = text[name.start - 1:name.start]
    is_enclosed = before in _QUOTES and found[0][0] != before
    return _with_further(view, name, read_bare(view, found.end(), 0, before if is_enclosed else ""))


def _with_further(view: View, name: Name, span: Span) -> Span:
    """Further values of one option: what looks as secret as the first, and all of an option for several."""
    text, takes_several = view.text, name.text.lower().endswith(SEVERAL)
    while (word := _WORD.match(text, span.end)) and word.end() < len(text) and not _OPTION.match(text, word.end()):
        further = read_quoted(view, word.end()) or read_bare(view, word.end(), 0)
        value = text[further.start:min(further.end, further.start + _LONGEST_VALUE)]
        if not value or not takes_several and not is_mixed(value):
            break
        span = Span(span.start, further.end, further.after)
    return span


def _read_pair(view: View, before: str, at: int) -> Span | None:
    """`("password", "x")`, `["password", "x"]` and calls that set: not each list of names in which one is secret."""
    quoted = read_quoted(view, at)
    if not quoted:
        return None
    opened = _PAIR_OPENED.search(before)
    is_pair = opened and _PAIR_CLOSED.match(view.text, quoted.after)
    is_list = opened and opened[0][0] == "[" and is_plain(view.text[quoted.start:quoted.end])  # of names
    return quoted if is_pair and not is_list or _CALLER.search(before) else None


def _read_word(view: View, name: Name, before: str, at: int) -> Span | None:
    """A word behind the name: where a command sets it, where the line has no more than both, or if it looks secret."""
    text = view.text
    span, value = _read_value(view, at)
    if len(value) == 1 and value.isdigit() and (word := _WORD.match(text, span.end)):  # how it is encrypted, on routers
        span, value = _read_value(view, word.end())
    line = before[before.rfind("\n") + 1:].split()[-_WORDS_BEFORE:]
    words = [word.lower().strip("\"'`(;&|-").rpartition("(")[2] for word in line]
    if not _SETTERS.isdisjoint(words) or not _OWNERS.isdisjoint(words[:-1]):
        return None if _OPTION.match(value) or value.lower() in _SENTENCE else span
    is_alone = len(line) < 2 and _LINE_END.match(text, span.after)
    if _SWITCH.fullmatch(value):
        return None
    return span if looks_secret(value, name.text) and (is_alone or len(value) > _LONG_WORD) else None


def _read_value(view: View, at: int) -> tuple[Span, str]:
    span = read_quoted(view, at) or read_bare(view, at, 0)
    return span, view.text[span.start:min(span.end, span.start + _LONGEST_VALUE)]
