"""Text from outside as a terminal may show it: in one line, with nothing in it that is not seen.

The name of a run may hold an escape sequence, which a terminal obeys, a line break, after which it looks like something
that a command says, or a mark of direction, with which it reads otherwise than it is.
"""
import re

# Control characters, breaks of lines and paragraphs, marks of direction, what has no width, halves of characters. Not
# the joiners that Persian and emojis are written with.
UNSEEN = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
                    "\U000e0000-\U000e007f\ud800-\udfff]")


def terminal_text(text: str) -> str:
    r"""What would not be seen is written as Python writes it: `\n`, `\x1b`, `\u202e`."""
    return UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
