"""The notebooks of a repository that are asked for. Pure."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from azure_access.answers import Fields, parse_json
from NotebookRuns.errors import RepositoryError

from .archives import Archive
from .patterns import Pattern

MOST_NOTEBOOKS, MOST_CHARACTERS = 50, 250
"""Of a message, and of a path: that is a tag of the run."""
SUFFIX, CHECKPOINTS = ".ipynb", ".ipynb_checkpoints"
_FORMAT = 4
_TOLD = 3  # of names that are like the one that is not there, and of those
_COMPARED = 200  # names: how much one is like another takes its time to tell


@dataclass(frozen=True, slots=True)
class Notebook:
    """`path` is in the repository; `content` is JSON of nbformat 4."""

    path: str
    content: Mapping[str, Any]

    @property
    def language(self) -> str:
        """Of its kernel; notebooks that do not say are taken for Python."""
        metadata = Fields(self.content).fields("metadata")
        return (metadata.text("kernelspec", "language") or metadata.text("language_info", "name") or "python").lower()


def find_notebooks(archive: Archive, patterns: Sequence[str]) -> tuple[Archive, list[str]]:
    """The paths of what every pattern means, each once, and the archive in which they are that: as it is, or without
    a folder that all files are in. Raises RepositoryError for a pattern that means nothing, for too many
    notebooks and for one whose path is too long."""
    found: list[str] = []
    for rooted in (archive, archive.without_top()):
        known = [path for path in rooted.paths if path.endswith(SUFFIX) and CHECKPOINTS not in path.split("/")]
        by_pattern = {pattern: list(filter(Pattern.parse(pattern).matches, known)) for pattern in patterns}
        found = list(dict.fromkeys(path for paths in by_pattern.values() for path in paths))
        missing = [pattern for pattern, paths in by_pattern.items() if not paths]
        if not missing:
            break
    if missing:
        others = [f"{len(missing) - _TOLD} more mean none"] if len(missing) > _TOLD else []
        raise RepositoryError("; ".join([*(_describe_missing(pattern, known) for pattern in missing[:_TOLD]), *others]))
    if len(found) > MOST_NOTEBOOKS:
        raise RepositoryError(f"{len(found)} notebooks are asked for, more than {MOST_NOTEBOOKS}: name fewer of them "
                              "in rp.notebooks")
    if long := [path for path in found if len(path) > MOST_CHARACTERS]:
        raise RepositoryError(f"{long[0]} has more than {MOST_CHARACTERS} characters: give it a shorter path")
    return rooted, found


def read_notebook(archive: Archive, path: str) -> Notebook:
    """Raises RepositoryError for anything but a notebook of format 4 in Python."""
    try:
        content = parse_json(archive.read(path))
    except ValueError as exc:
        raise RepositoryError(f"{path} is no JSON, so it is no notebook") from exc
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list) or content.get("nbformat") != _FORMAT:
        raise RepositoryError(f"{path} is no notebook of format {_FORMAT}: open it in Jupyter and save it")
    notebook = Notebook(path, content)
    if notebook.language != "python":
        raise RepositoryError(f"{path} is a notebook of {notebook.language}: only Python is run")
    return notebook


def _describe_missing(pattern: str, known: Sequence[str]) -> str:
    like = get_close_matches(pattern, known[:_COMPARED], _TOLD) or known[:_TOLD]
    hint = f"there is {', '.join(like)}" if like else "it has none at all"
    return f"no notebook of the repository is meant by {pattern}: {hint}"
