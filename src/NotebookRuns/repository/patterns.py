"""Which paths a name or pattern means: `*` and `?` within a name, `**` for any number of folders. Pure.

A pattern without a slash is looked for in every folder, as Git does with its own. The time a match takes grows with the
product of the lengths, whatever the pattern.
"""
from collections.abc import Sequence
from functools import lru_cache


def matches(path: str, pattern: str) -> bool:
    """Both with forward slashes; case counts."""
    wanted = pattern.strip("/").removeprefix("./").split("/")
    if len(wanted) == 1 and not pattern.startswith("/"):
        return matches_name(path.rpartition("/")[2], wanted[0])
    return _matches_path(tuple(path.split("/")), tuple(wanted))


def matches_name(name: str, pattern: str) -> bool:
    """One name of a path, without slashes."""
    position = place = 0
    star, after_star = -1, 0
    while position < len(name):
        if place < len(pattern) and pattern[place] == "*":
            star, after_star, place = place, position, place + 1
        elif place < len(pattern) and pattern[place] in ("?", name[position]):
            position, place = position + 1, place + 1
        elif star >= 0:
            after_star += 1
            position, place = after_star, star + 1
        else:
            return False
    return not pattern[place:].strip("*")


def _matches_path(names: Sequence[str], wanted: Sequence[str]) -> bool:
    @lru_cache(maxsize=None)
    def match_from(name: int, pattern: int) -> bool:
        if pattern == len(wanted):
            return name == len(names)
        if wanted[pattern] == "**":
            return match_from(name, pattern + 1) or name < len(names) and match_from(name + 1, pattern)
        return name < len(names) and matches_name(names[name], wanted[pattern]) and match_from(name + 1, pattern + 1)

    return match_from(0, 0)
