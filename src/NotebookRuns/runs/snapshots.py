"""The smallest snapshot with which a notebook runs: it, the runner, and the files that it can be thought to read. Pure.

Those are what lies beside the notebook and below its folder, without other notebooks; or else what the patterns say
that the notebook's metadata or the nearest `release.json` has as `files`. All keep their paths.
"""
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from NotebookRuns.errors import RepositoryError
from NotebookRuns.repository.archives import Archive
from NotebookRuns.repository.notebooks import CHECKPOINTS, SUFFIX, Notebook
from NotebookRuns.repository.patterns import Pattern
from NotebookRuns.repository.requirements import read_files

RUNNER = "notebook_runner.py"
MOST_FILES, MOST_BYTES = 2_000, 314_572_800
"""What the SDK allows."""
MOST_CHARACTERS, MOST_SEGMENTS = 1_024, 254
"""Of a path: each file becomes a blob ("Naming and referencing containers, blobs, and metadata")."""
_RUNNER_SOURCE = Path(__file__).with_name("runner.py")
_HASH = "sha512"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Files by their paths."""

    files: Mapping[str, bytes]

    @property
    def tree(self) -> dict[str, Any]:
        """The root folder as the content service takes it, with the hashes that the SDK makes."""
        return _folder("", list(self.files.items()))


def build_snapshot(archive: Archive, notebook: Notebook) -> Snapshot:
    """Raises RepositoryError for more than a snapshot can hold."""
    paths = [notebook.path, *_paths(archive, notebook)]
    if len(paths) >= MOST_FILES or sum(archive.entries[path].file_size for path in paths) > MOST_BYTES:
        raise RepositoryError(
            f"{notebook.path} would take along more than {MOST_FILES:,} files or {MOST_BYTES:,} bytes: name in its "
            "metadata what it reads, as notebook_runs.files")
    if too_long := [path for path in paths if len(path) > MOST_CHARACTERS or path.count("/") >= MOST_SEGMENTS]:
        raise RepositoryError(
            f"{notebook.path} would take along {too_long[0][:100]}…, whose path has more than {MOST_CHARACTERS:,} "
            f"characters or {MOST_SEGMENTS} path segments: name in its metadata what it reads, as notebook_runs.files")
    return Snapshot({**{path: archive.read(path) for path in paths}, RUNNER: _RUNNER_SOURCE.read_bytes()})


def _paths(archive: Archive, notebook: Notebook) -> list[str]:
    if named := [Pattern.parse(each) for each in read_files(archive, notebook)]:
        found = [path for path in archive.paths if any(pattern.matches(path) for pattern in named)]
    else:
        folder = notebook.path[:notebook.path.rfind("/") + 1]
        found = [path for path in archive.paths if path.startswith(folder) and not (
            path.endswith(SUFFIX) or CHECKPOINTS in path.split("/"))]
    return [path for path in found if path != notebook.path]


def _folder(name: str, files: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    """A node; `files` are by their paths below it."""
    below: dict[str, list[tuple[str, bytes]]] = {}
    children = {}
    for path, content in sorted(files):
        first, slash, rest = path.partition("/")
        if slash:
            below.setdefault(first, []).append((rest, content))
        else:
            hashed = hashlib.new(_HASH, content + first.encode() + b"File").hexdigest()
            children[first] = _node(first, "File", hashed, {})
    children |= {first: _folder(first, inner) for first, inner in below.items()}
    below_it = b"".join(bytes.fromhex(children[child]["hash"]) for child in sorted(children))
    return _node(name, "Directory", hashlib.new(_HASH, below_it).hexdigest(), children)


def _node(name: str, kind: str, hashed: str, children: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "type": kind, "hash": hashed, "timestamp": "1970-01-01T00:00:00", "children": dict(children)}
