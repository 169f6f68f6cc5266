"""What Core Tools (4.14.0, GitIgnoreParser.cs) take for ignored by a .funcignore, which is not what git would."""
import re
from collections.abc import Iterable

_SPECIAL = re.compile(r"[-\[\]/{}()+?.\\^$|]")  # everything but the star
_NEVER_LOOKED_AT = (".git", ".vscode")
_NEVER_PUBLISHED = (".funcignore", ".gitignore", "local.settings.json", "project.lock.json")


def published(funcignore: str, names: Iterable[str]) -> set[str]:
    """Of the files of an app, by their paths with slashes, those that `func azure functionapp publish` takes along."""
    lines = [line.strip() for line in funcignore.split("\n")]
    patterns = [line for line in lines if line and not line.startswith("#")]
    taken = _beginning(line[1:] for line in patterns if line.startswith("!"))
    ignored = _beginning(line for line in patterns if not line.startswith("!"))
    return {name for name in names if _is_looked_at(name) and (taken.match(name) or not ignored.match(name))}


def _is_looked_at(name: str) -> bool:
    *folders, file = name.lower().split("/")
    return file not in _NEVER_PUBLISHED and not set(folders) & set(_NEVER_LOOKED_AT)


def _beginning(patterns: Iterable[str]) -> re.Pattern[str]:
    """Matches names that begin with one of the patterns, up to the end of a word."""
    parts = [_SPECIAL.sub(r"\\\g<0>", pattern.removeprefix("/")).replace("**", "(.+)").replace("*", r"([^/]+)")
             for pattern in patterns]
    return re.compile(rf"(({')|('.join(parts)}))\b" if parts else r"(?!)", re.ASCII)
