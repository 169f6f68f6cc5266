"""The zip of a repository, read without trusting it. Pure.

Names that lead out of the repository and files with a password are refused, links left out; sizes are those that come
out, within bounds, whatever the zip says of itself.
"""
import io
import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from NotebookRuns.errors import RepositoryError

MOST_ZIP_BYTES = 209_715_200
MOST_BYTES = 524_288_000
MOST_FILE_BYTES = 104_857_600
MOST_FILES = 20_000
_DAMAGES = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError)
_CHUNK = 1_048_576
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Archive:
    """Files by their paths, with forward slashes; `top` is a folder that all of them are in and that is not part of
    their paths, since a zip may or may not have one. What was read is kept, as notebooks share files."""

    _zip: zipfile.ZipFile
    entries: Mapping[str, zipfile.ZipInfo]
    top: str = field(default="")
    _known: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    @property
    def paths(self) -> list[str]:
        return sorted(self.entries)

    def read(self, path: str) -> bytes:
        """Raises RepositoryError where the file is not there, is too large or damaged."""
        entry = self.entries.get(path)
        if entry is None:
            raise RepositoryError(f"the repository has no file {path}")
        if entry.filename not in self._known:
            self._known[entry.filename] = self._unpack(path, entry)
        return self._known[entry.filename]

    def _unpack(self, path: str, entry: zipfile.ZipInfo) -> bytes:
        content = bytearray()
        try:
            with self._zip.open(entry) as file:
                while chunk := file.read(_CHUNK):
                    content += chunk
                    if len(content) > MOST_FILE_BYTES:
                        raise RepositoryError(f"{path} has more than {MOST_FILE_BYTES:,} bytes")
        except (*_DAMAGES, OSError, ValueError, NotImplementedError, RuntimeError) as exc:
            raise RepositoryError(f"{path} cannot be read from the repository's zip: {type(exc).__name__}") from exc
        return bytes(content)

    def without_top(self) -> "Archive":
        """Itself where not all files are below one folder."""
        tops = {path.partition("/")[0] for path in self.entries if "/" in path}
        if len(tops) != 1 or any("/" not in path for path in self.entries):
            return self
        [top] = tops
        return Archive(self._zip, {path.partition("/")[2]: entry for path, entry in self.entries.items()}, top,
                       self._known)


def open_archive(content: bytes) -> Archive:
    """Raises RepositoryError for anything but a zip within bounds whose names stay inside."""
    if len(content) > MOST_ZIP_BYTES:
        raise RepositoryError(f"the zip of the repository has more than {MOST_ZIP_BYTES:,} bytes")
    try:
        opened = zipfile.ZipFile(io.BytesIO(content))
        entries = opened.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as exc:
        raise RepositoryError("Azure DevOps did not answer with a zip of the repository") from exc
    if len(entries) > MOST_FILES:
        raise RepositoryError(f"the repository has more than {MOST_FILES:,} files")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise RepositoryError(f"the repository has more than {MOST_BYTES:,} bytes when it is unpacked")
    return Archive(opened, dict(_files(entries)))


def _files(entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    for entry in entries:
        path = entry.filename
        if not _stays_inside(path):
            raise RepositoryError(f"the repository's zip has a name that leads out of it: {path[:200]!r}")
        if entry.is_dir() or stat.S_ISLNK(entry.external_attr >> 16):
            continue
        if entry.flag_bits & _ENCRYPTED:
            raise RepositoryError(f"{path} has a password")
        yield path, entry


def _stays_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    is_rooted = path.startswith("/") or path[1:2] == ":"
    return bool(parts) and ".." not in parts and not is_rooted and not set(path) & set("\\\0")
