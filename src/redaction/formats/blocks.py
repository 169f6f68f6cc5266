"""Private keys over several lines: PEM, PGP, SSH, PuTTY; of one that was cut off, the rest of the text."""
import re
from collections.abc import Iterator

from ..places import Place

_BEGIN = re.compile(r"-{4,5} ?BEGIN [A-Z0-9 ]{0,60}PRIVATE KEY(?: BLOCK)? ?-{4,5}")
_END = re.compile(r"-{4,5} ?END [A-Z0-9 ]{0,60}PRIVATE KEY(?: BLOCK)? ?-{4,5}")
_PUTTY = re.compile(r"Private-Lines: ?\d{1,5}")
_PUTTY_END = re.compile(r"Private-(?:MAC|Hash): ?[0-9a-fA-F]{1,128}")


def find(text: str) -> Iterator[Place]:
    yield from _find_between(text, "PRIVATE KEY", _BEGIN, _END, "private key")
    yield from _find_between(text, "Private-Lines", _PUTTY, _PUTTY_END, "PuTTY key")


def _find_between(text: str, sign: str, begin: re.Pattern[str], end: re.Pattern[str], rule: str) -> Iterator[Place]:
    if sign not in text:
        return
    at = 0
    while first := begin.search(text, at):
        last = end.search(text, first.end())
        at = last.end() if last else len(text)
        yield Place(first.start(), at, "formats", rule)
