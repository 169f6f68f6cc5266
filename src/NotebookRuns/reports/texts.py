"""Texts as Azure DevOps takes them: without colours and secrets, and within its limits. Pure."""
import re

from redaction.redactor import redact_text

MOST_TITLE, MOST_TEXT = 256, 1_000
_CUT = "…"
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
"""Colours of a terminal."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]|\r(?=\n)")
_OTHER_SPACE = re.compile(r"[^\S\n\t ]")


def clean(text: str) -> str:
    """Redacted first: a secret that is cut may no longer look like one. Half a character, as JSON may have, cannot be
    sent: a question mark takes its place."""
    text = text.encode("utf-8", "replace").decode()
    return _OTHER_SPACE.sub(" ", _CONTROL.sub("", redact_text(ANSI.sub("", text)))).strip()


def first_of(text: str, most: int) -> str:
    """The beginning, with a mark where something is cut off."""
    return text if len(text) <= most else text[:most - len(_CUT)] + _CUT


def last_of(text: str, most: int) -> str:
    """The end, which of a stack trace tells most."""
    return text if len(text) <= most else _CUT + text[len(_CUT) - most:]
