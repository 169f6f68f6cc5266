"""Repositories, from folders and Git repositories on this machine, as a zip of what is in one of their folders.

A folder that is no Git repository has one version, the branch `main`. A file is the answer as it is: what no repository
can be. Texts of errors begin as those of Azure Repos.
"""
import io
import os
import re
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from local_azure.devops.errors import InvalidRequestError, NotFoundError

ONLY_BRANCH = "main"
_COMMIT = re.compile(r"[0-9a-fA-F]{40}")
_GIT_SECONDS = 60
_NO_PATH = b"did not match any files"


@dataclass(frozen=True, slots=True)
class Version:
    """What to take of a repository; without a name, what its default branch has."""

    name: str = ""
    kind: str = "branch"

    @property
    def revision(self) -> str:
        """As Git names it. Raises InvalidRequestError."""
        if not self.name:
            return "HEAD"
        if self.kind == "commit":
            if not _COMMIT.fullmatch(self.name):
                raise InvalidRequestError(f"TF401175: {self.name} is no id of a commit.")
            return self.name
        if self.kind not in ("branch", "tag"):
            raise InvalidRequestError(f"The version type is branch, tag or commit, not {self.kind}.")
        return f"refs/{'heads' if self.kind == 'branch' else 'tags'}/{self.name}"


class Repositories:
    """By name, whatever the case, the folders that they are."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = {name.lower(): folder for name, folder in folders.items()}

    def archive(self, name: str, scope: str, version: Version) -> bytes:
        """The zip of a folder, `/` for all, with paths from the top. Raises NotFoundError, InvalidRequestError."""
        folder = self._folders.get(name.lower())
        if folder is None:
            raise NotFoundError(f"TF401019: The Git repository with name or identifier {name} does not exist or you do "
                                "not have permissions for the operation you are attempting.")
        if folder.is_file():
            return folder.read_bytes()
        path, revision = scope.strip("/"), version.revision
        if ".." in PurePosixPath(path).parts:
            raise InvalidRequestError(f"TF401174: {scope} is no path of a repository.")
        is_git = (folder / ".git").exists() or (folder / "HEAD").is_file()
        return _archive_git(folder, path, version, revision) if is_git else _archive_folder(folder, path, version)


def _archive_git(folder: Path, path: str, version: Version, revision: str) -> bytes:
    found = _git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if found.returncode == 1 and not found.stderr:  # a version that is not there, and nothing else
        raise _no_version(version)
    _check(folder, found)
    done = _git(folder, "archive", "--format=zip", revision, *(["--", path] if path else []))
    if done.returncode and _NO_PATH in done.stderr:
        raise _no_item(path, version)
    _check(folder, done)
    return done.stdout


def _git(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    """Raises InvalidRequestError where Git cannot be run."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        return subprocess.run(["git", "-C", str(folder), *arguments], env={**environment, "LC_ALL": "C"},
                              capture_output=True, timeout=_GIT_SECONDS)
    except subprocess.TimeoutExpired as exc:
        raise _unreadable(folder, f"git {arguments[0]} takes longer than {_GIT_SECONDS} seconds") from exc
    except OSError as exc:
        raise _unreadable(folder, f"git cannot be run: {exc.strerror}") from exc


def _check(folder: Path, done: "subprocess.CompletedProcess[bytes]") -> None:
    """Azure Repos has no such trouble; here whoever has named the folder is to hear of it, such as of another owner."""
    if done.returncode:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())
        raise _unreadable(folder, said or f"git ended with exit code {done.returncode}")


def _unreadable(folder: Path, why: str) -> InvalidRequestError:
    return InvalidRequestError(f"The repository {folder} of this machine cannot be read: {why}")


def _archive_folder(folder: Path, path: str, version: Version) -> bytes:
    if version.name and (version.kind, version.name) != ("branch", ONLY_BRANCH):
        raise _no_version(version)
    if not (folder / path).exists():
        raise _no_item(path, version)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for file in sorted((folder / path).rglob("*")) if (folder / path).is_dir() else [folder / path]:
            if file.is_file():
                archive.write(file, file.relative_to(folder))
    return content.getvalue()


def _no_version(version: Version) -> NotFoundError:
    return NotFoundError(f"TF401175: The version descriptor {_describe(version)} could not be resolved to a version in "
                         "the repository.")


def _no_item(path: str, version: Version) -> NotFoundError:
    return NotFoundError(f"TF401174: The item '/{path}' could not be found in the repository at the version specified "
                         f"by '{_describe(version)}'.")


def _describe(version: Version) -> str:
    return f"<{version.kind.capitalize()}: {version.name} >"
