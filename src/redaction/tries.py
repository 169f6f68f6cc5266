"""One pattern for many words, which reads each character once however many words there are."""
import re
from collections.abc import Iterable


def any_of(words: Iterable[str], behind_first: str = "") -> str:
    """A pattern that matches the longest of the words that stands at a place; with a `$` at its end, no letter follows.

    Each alternative begins with a letter, not with a condition: then `re` skips at once what no word begins with.
    `behind_first` is a condition that is looked at behind the first letter.
    """
    tails = _group(words)
    branches = [re.escape(letter) + behind_first + _branch(rest) for letter, rest in sorted(tails.items())]
    return f"(?:{'|'.join(branches)})"


def _group(words: Iterable[str]) -> dict[str, list[str]]:
    tails: dict[str, list[str]] = {}
    for word in words:
        tails.setdefault(word[:1], []).append(word[1:])
    return tails


def _branch(words: list[str]) -> str:
    tails = _group(words)
    branches = ["(?![a-z])" if letter == "$" else re.escape(letter) + _branch(ends)
                for letter, ends in sorted(tails.items(), reverse=True) if letter]
    if len(branches) == 1 and "" not in tails:
        return branches[0]  # groups take time to compile
    rest = f"(?:{'|'.join(branches)})" if branches else ""
    return f"{rest}?" if rest and "" in tails else rest
