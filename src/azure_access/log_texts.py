"""Text from outside as it may go into a log, an error or onto a terminal: in one line, with nothing in it that is not
seen.

A line break in the id of an event would begin a line of the log that nobody wrote, an escape sequence would be obeyed
by the terminal that shows it, and a mark of direction would let it read otherwise than it is.
"""
import re

from redaction.late_redactor import redact_text

LIMIT = 1_000  # characters

# Control characters, breaks of lines and paragraphs, marks of direction, what has no width, halves of characters. Not
# the joiners that Persian and emojis are written with.
_UNSEEN = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
                     "\U000e0000-\U000e007f\ud800-\udfff]")


def log_text(text: str, limit: int = LIMIT) -> str:
    """The text without its secrets, in one line of so many characters at most."""
    line = one_line(redact_text(text))
    return line if len(line) <= limit else line[:limit - 1] + "…"


def one_line(text: str) -> str:
    r"""What would not be seen is written as Python writes it: `\n`, `\x1b`, `\u202e`."""
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
