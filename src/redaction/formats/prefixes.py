"""Tokens known by how they begin. One pattern finds the signs of all vendors; then only what follows is looked at."""
import re
from collections.abc import Iterator

from ..places import Place
from ..tries import any_of
from .vendors import TOKENS

_RUNS = {name: re.compile(run, re.ASCII) for name, run in {
    "hex": "[0-9a-fA-F]*", "caps": "[A-Z0-9.-]*", "lower": "[a-z0-9]*", "alnum": "[A-Za-z0-9]*", "word": r"\w*",
    "dash": r"[\w.=-]*", "b64": r"[\w+/=%.-]*", "guid": "(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?",
    "airtable": r"(?:[A-Za-z0-9]{14}\.[0-9a-f]{64})?",
    "harness": r"(?:[\w-]{22}\.[A-Za-z0-9]{20,24}\.[A-Za-z0-9]{20})?",
}.items()}
_DIGIT = re.compile("[0-9]")


def _read_table() -> dict[str, list[tuple[str, int, bool]]]:
    """The alphabet behind each sign, the fewest characters of it, and whether one has to be a digit."""
    rules: dict[str, list[tuple[str, int, bool]]] = {}
    for line in TOKENS.split("\n")[1:-1]:
        alphabet, minimum, *signs = line.split()
        for sign in signs:
            rules.setdefault(sign, []).append((alphabet, int(minimum.lstrip("!")), minimum.startswith("!")))
    return rules


_RULES = _read_table()
_SIGNS = re.compile(any_of(_RULES, behind_first="(?<![A-Za-z0-9].)"))


def find(text: str) -> Iterator[Place]:
    """Every token whose beginning `vendors.py` lists. A letter or a digit before it makes it a part of a word."""
    end = 0
    for sign in _SIGNS.finditer(text):
        if sign.start() < end:
            continue
        for alphabet, minimum, needs_digit in _RULES[sign[0]]:
            run = _RUNS[alphabet].match(text, sign.end())
            token_end = sign.end() + len(run[0].rstrip(".=-")) if run else 0
            if token_end - sign.end() >= minimum and (not needs_digit or _DIGIT.search(text, sign.end(), token_end)):
                end = token_end
                yield Place(sign.start(), end, "formats", f"begins with {sign[0]}")
                break
