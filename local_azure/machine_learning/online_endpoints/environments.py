"""The environment in which deployments run: a virtual one of its own, because the inference server's packages are not
those of the functions and the SDKs. It is made when it is first needed, and kept for later starts.
"""
import asyncio
import fcntl
import hashlib
import os
import shlex
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from local_azure.endpoints import FOLDER
from local_azure.folders import ENVIRONMENTS_FOLDER
from local_azure.machine_learning.execution.process import run_process

_REQUIREMENTS = Path(__file__).with_name("server_requirements.txt")
ENVIRONMENTS = FOLDER / ENVIRONMENTS_FOLDER
"""Where the commands keep it: in the current directory, whatever folder a local Azure has."""
MAKE = "make inference"
"""The command that makes it."""

_LAST_LINES = 15
_PAUSE_SECONDS = 0.2  # until it is looked again whether another one has made it


class InstallationError(Exception):
    """The environment cannot be made; the message ends with what the installer last said."""


@dataclass(frozen=True, slots=True)
class InferenceEnvironment:
    """`folder` keeps environments by what is in them: another list or another Python is another one. `python` makes
    them."""

    folder: Path
    python: str = sys.executable

    @property
    def place(self) -> Path:
        made_of = f"{sys.version_info[:2]} {_REQUIREMENTS.read_text('utf-8')}"
        return self.folder.resolve() / f"inference-{hashlib.sha256(made_of.encode()).hexdigest()[:12]}"

    @property
    def scripts(self) -> Path:
        return self.place / "bin"

    @property
    def is_ready(self) -> bool:
        return self._mark.is_file()

    async def prepare(self, say: Callable[[str], None] = lambda line: None) -> None:
        """Makes it where it is not there; of two at once the second waits. Raises InstallationError. Whatever ends this
        coroutine, or its process, nothing goes on making it."""
        if self.is_ready:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        async with _alone(self.place.with_suffix(".lock")):
            if self.is_ready:
                return
            say("making the environment of the inference server: takes two minutes, once")
            await self._run([self.python, "-m", "venv", "--clear", str(self.place)])
            say("installing Microsoft's inference server and scikit-learn")
            await self._run([str(self.scripts / "python"), "-m", "pip", "install", "--quiet",
                             "--disable-pip-version-check", "--require-hashes", "--requirement", str(_REQUIREMENTS)],
                            " Is the index that pip takes packages from within reach (PIP_INDEX_URL, HTTPS_PROXY)?")
            self._mark.touch()

    @property
    def _mark(self) -> Path:
        return self.place / "ready"

    async def _run(self, words: Sequence[str], advice: str = "") -> None:
        log = self.place.with_suffix(".log")
        log.unlink(missing_ok=True)
        code = await run_process(["command", shlex.join(words)], self.folder, os.environ, log, None)
        if code:
            said = "\n".join(log.read_text("utf-8", "replace").splitlines()[-_LAST_LINES:])
            raise InstallationError("the environment of the inference server cannot be made: "
                                    f"{' '.join(words[1:4])} ended with exit code {code}.{advice}\n{said}".rstrip())


@asynccontextmanager
async def _alone(lock: Path) -> AsyncIterator[None]:
    with lock.open("w") as opened:
        while not _locked(opened.fileno()):
            await asyncio.sleep(_PAUSE_SECONDS)
        yield


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
