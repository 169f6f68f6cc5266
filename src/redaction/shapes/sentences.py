"""Values in sentences: `the password for bob is hunter2`, `API key provided: x`, in several languages."""
import re

from ..decode.views import View
from ..names.judging import looks_secret
from .ends import Span, read_bare, read_quoted
from .found_names import HIT, Name

_VERBS = frozenset("""- \u2013 \u2014 is was are were be being becomes become equals to as lautet ist war sei est
    \xe9tait etait sera es era ser\xe1 \xe9 \xe8 e' foi wordt jest \xe4r er on olarak \u044d\u0442\u043e provided
    supplied given used like = :""".split())
_FILLERS = frozenset("now set to still currently jetzt not the just simply only changed reset updated :".split())
_BEFORE = 120
_ABOUT = frozenset(("for", "of", "in"))
_ONLY_WORD = re.compile(r"[ \t]{1,8}\S{6,200}[ \t]{0,8}(?:\n|\Z)")
_OUTCOMES = re.compile(r"(?:invalid|expired|rejected|accepted|missing|unknown|refused|denied|fail\w*|incorrect"
                       r"|success\w*|changed|updated|created|deleted|revoked|rotated|required)[.!]?")
_AS = re.compile(r"\s(?:as|for)\s(?:(?:the|your|my|an?|its|our|his|her)\s)?(?:new\s)?\Z")
_JOINT = 20
# `with credentials bob / hunter2`
_ACCOUNT = re.compile(r"[ \t]+[\w.@\\-]{1,60}[ \t]?[/:][ \t]?([^\s/:]{4,100})(?![\w/])")
_MOST_WORDS = 8
_WORD = re.compile(r"[ \t]{1,8}(\S+)")
_CODES = ("code", "otp", "pin")
_DIGITS = re.compile(r"\d{4,8}\.?")
_LONGEST_WORD = 60
_SENTENCE_ENDS = (".", ";", "!", "?")
_JOINED = re.compile("[ \t]{0,4}(?:[\u662f\u4e3a\u70ba\u306f\u304c\uc740\ub294\uc774\uac00\ub97c\uc744]"
                     "|\u0647\u064a|\u0647\u0648)"
                     "[ \t]{0,4}[:\uff1a]?[ \t]{0,4}(?=\\S)")


def read_said(view: View, name: Name) -> Span | None:
    """What a sentence says the secret is, or None: after a verb only what cannot be a word of it, or is quoted."""
    text = view.text
    joined = None if text[name.end:name.end + 4].isascii() else _JOINED.match(text, name.end)
    if joined:
        return read_quoted(view, joined.end()) or read_bare(view, joined.end(), 0)
    earlier = _read_earlier(text, name)
    if earlier:
        return earlier
    account = _ACCOUNT.match(text, name.end)
    if account and looks_secret(account[1]):
        return Span(*account.span(1), account.end())
    at = name.end + (text[name.end:name.end + 1] in ("'", '"', "`"))
    is_said, is_told, last = False, False, ""
    for _ in range(_MOST_WORDS):
        found = _WORD.match(text, at, at + 200)
        word = found[1][:_LONGEST_WORD].lower() if found else ""
        if not found or HIT.match(word.lstrip("\"'`(")) and not word.endswith(":"):
            return None
        if is_said and word not in _FILLERS and word not in _VERBS and word.rstrip(":") not in _VERBS:
            return _read_value(view, name, found.start(1), is_told)
        is_told = word.endswith((":", "=")) and (is_said or word.rstrip(":=") in _VERBS
                                                 or last in _ABOUT and _ONLY_WORD.match(text, found.end()) is not None)
        is_said = is_said or is_told or word in _VERBS or word.endswith((":", "="))
        at, last = found.end(), word
        if word.endswith(_SENTENCE_ENDS):
            return None
    return None


def _read_earlier(text: str, name: Name) -> Span | None:
    """`use hunter2 as the password`"""
    before = text[max(0, name.start - _BEFORE):name.start]
    joint = _AS.search(before[-_JOINT:]) if before.endswith((" ", "\n")) else None
    words = before[:len(before) - len(joint[0])].split() if joint else []
    if not words or not looks_secret(words[-1]):
        return None
    start = text.rindex(words[-1], 0, name.start)
    return Span(start, start + len(words[-1]), name.end)


def _read_value(view: View, name: Name, at: int, is_told: bool) -> Span | None:
    quoted = read_quoted(view, at)
    span = quoted or read_bare(view, at, 0)
    value = view.text[span.start:min(span.end, span.start + 400)]
    is_code = name.text.lower().endswith(_CODES) and _DIGITS.fullmatch(value) is not None
    is_quoted = quoted is not None and span.end - span.start > 3
    is_told = is_told and not _OUTCOMES.fullmatch(value.lower())
    return span if is_told or is_code or is_quoted or looks_secret(value, name.text) else None
