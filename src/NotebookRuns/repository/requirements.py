"""What a notebook needs: the conda file that the pipeline names, the `release.json` beside the notebook or above it,
and what the notebook itself says. Pure.

    release.json                           {"requirements": ["pandas==2.2.3"], "files": ["data/*.csv"]}
    the notebook's metadata                {"notebook_runs": {"requirements": [], "files": ["data/*.csv"]}}

Of packages that are named more than once the notebook's own word counts most, then that of `release.json`; of files the
notebook's own word counts alone, where it has one.
"""
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml  # type: ignore[import-untyped]

from azure_access.answers import Fields, parse_json
from NotebookRuns.errors import RepositoryError

from .archives import Archive
from .notebooks import Notebook
from .patterns import composed

RELEASE_FILE = "release.json"
RUNNER_REQUIREMENTS = ("papermill==2.7.0", "ipykernel==7.4.0")
"""What the runner of a notebook needs itself."""
DEFAULT_PYTHON = "python=3.11"
_PACKAGES, _FILES = "requirements", "files"
_MOST_BYTES, _MOST_TEXTS, _MOST_CHARACTERS = 262_144, {_PACKAGES: 1_000, _FILES: 100}, 1_000
_DEEPEST = 10
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Requirements:
    """`conda` are packages of conda, `pip` those of pip, as their files write them."""

    conda: tuple[str, ...] = ()
    pip: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    def environment(self, name: str) -> dict[str, Any]:
        """The content of a conda file, with Python and what the runner needs where nothing else is asked for."""
        has_python = any(_name_of(package) == "python" for package in self.conda)
        conda = [*self.conda, *([] if has_python else [DEFAULT_PYTHON])]
        pip = list(_merged([RUNNER_REQUIREMENTS, self.pip]))
        has_pip = any(_name_of(package) == "pip" for package in conda)
        return {"name": name, **({"channels": list(self.channels)} if self.channels else {}),
                "dependencies": [*conda, *([] if has_pip else ["pip"]), {"pip": pip}]}


def read_requirements(archive: Archive, notebook: Notebook, conda_file: str | None) -> Requirements:
    """Raises RepositoryError for a file that is missing or wrong."""
    base = read_conda_file(archive, conda_file) if conda_file else Requirements()
    pip = _merged([base.pip, _release(archive, notebook.path, _PACKAGES), _own(notebook, _PACKAGES)])
    return Requirements(base.conda, tuple(pip), base.channels)


def read_files(archive: Archive, notebook: Notebook) -> list[str]:
    """Patterns of what goes with the notebook; none where nobody says it. Raises as `read_requirements` does."""
    return _own(notebook, _FILES) or _release(archive, notebook.path, _FILES)


def read_conda_file(archive: Archive, path: str) -> Requirements:
    """Raises RepositoryError."""
    archive, path = _located(archive, path.strip("/").removeprefix("./"))
    text = _read_small(archive, path)
    try:
        _check_yaml(text)
        content = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError, LookupError, AttributeError, TypeError) as exc:
        raise RepositoryError(f"the conda file {path} is no YAML: {_described(exc)}") from exc
    dependencies = content.get("dependencies") if isinstance(content, dict) else None
    if not isinstance(dependencies, list):
        raise RepositoryError(f"the conda file {path} has no list of dependencies")
    pip = [member for each in dependencies if isinstance(each, dict) for member in _texts(each.get("pip"), path)]
    conda = [each for each in dependencies if not isinstance(each, dict)]
    return Requirements(tuple(_texts(conda, path)), tuple(pip), tuple(_texts(content.get("channels"), path)))


def _located(archive: Archive, path: str) -> tuple[Archive, str]:
    """Where the file is, and under which name: that of the repository may have its accents otherwise."""
    inner, wanted = archive.without_top(), composed(path)
    for rooted in (archive, inner):
        if path in rooted.entries:
            return rooted, path
    found = ((rooted, known) for rooted in (archive, inner) for known in rooted.entries if composed(known) == wanted)
    return next(found, (inner, path))


def _described(exc: Exception) -> str:
    """Without the line itself, of which only a part would be told: half a secret does not look like one."""
    mark = getattr(exc, "problem_mark", None)
    if mark is None:
        return str(exc)
    return f"{getattr(exc, 'problem', None) or 'it cannot be read'} in line {mark.line + 1}"


def _check_yaml(text: bytes) -> None:
    """Raises ValueError before a text is read that would grow beyond all bounds, or take for ever."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise ValueError(f"it is nested deeper than {_DEEPEST} levels")
        if isinstance(event, yaml.AliasEvent):
            raise ValueError("it has aliases")


def _own(notebook: Notebook, what: str) -> list[str]:
    return _texts(Fields(notebook.content).value("metadata", "notebook_runs", what), f"the metadata of {notebook.path}",
                  what)


def _release(archive: Archive, notebook: str, what: str) -> list[str]:
    """Of the nearest `release.json`: in the notebook's folder, or in one above."""
    for folder in PurePosixPath(notebook).parents:
        path = (folder / RELEASE_FILE).as_posix()
        if path in archive.entries:
            try:
                content = parse_json(_read_small(archive, path))
            except ValueError as exc:
                raise RepositoryError(f"{path} is no JSON") from exc
            return _texts(Fields(content).value(what), path, what)
    return []


def _read_small(archive: Archive, path: str) -> bytes:
    entry = archive.entries.get(path)
    if entry is not None and entry.file_size > _MOST_BYTES:
        raise RepositoryError(f"{path} has more than {_MOST_BYTES:,} bytes")
    return archive.read(path)


def _texts(value: object, where: str, what: str = _PACKAGES) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise RepositoryError(f"{where} has {what} that are no list of texts")
    if len(value) > _MOST_TEXTS[what] or any(len(each) > _MOST_CHARACTERS for each in value):
        raise RepositoryError(f"{where} has more than {_MOST_TEXTS[what]:,} {what}, or one of more than "
                              f"{_MOST_CHARACTERS:,} characters")
    return [each.strip() for each in value]


def _merged(lists: Iterable[Iterable[str]]) -> Iterable[str]:
    """Of a package that is named more than once, the last word; options and addresses each stay."""
    by_name: dict[str, str] = {}
    for requirement in (each for requirements in lists for each in requirements):
        name = _name_of(requirement)
        by_name[name or requirement] = requirement
    return by_name.values()


def _name_of(requirement: str) -> str:
    found = _NAME.match(requirement)
    return re.sub("[-_.]+", "-", found[0]).lower() if found and "://" not in requirement else ""
