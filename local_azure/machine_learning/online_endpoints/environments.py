"""The environment in which deployments run: a virtual one of its own, because the inference server's packages are not
those of the functions and the SDKs. It is made when it is first needed, and kept for later starts.
"""
import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local_azure.endpoints import FOLDER
from local_azure.folders import ENVIRONMENTS_FOLDER

_REQUIREMENTS = Path(__file__).with_name("server_requirements.txt")
ENVIRONMENTS = FOLDER / ENVIRONMENTS_FOLDER
"""Where the commands keep it: in the current directory, whatever folder a local Azure has."""
MAKE = "make inference"
"""The command that makes it."""

_LAST_LINES = 15


class InstallationError(Exception):
    """The environment cannot be made; the message ends with what the installer last said."""


@dataclass(frozen=True, slots=True)
class InferenceEnvironment:
    """`folder` keeps environments by what is in them: another list or another Python is another one."""

    folder: Path

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

    def prepare(self, say: Callable[[str], None] = lambda line: None) -> None:
        """Makes it where it is not there; of two at once the second waits. Raises InstallationError."""
        if self.is_ready:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with _alone(self.place.with_suffix(".lock")):
            if self.is_ready:
                return
            say("making the environment of the inference server: takes two minutes, once")
            _run([sys.executable, "-m", "venv", "--clear", str(self.place)])
            say("installing Microsoft's inference server and scikit-learn")
            _run([str(self.scripts / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                  "--require-hashes", "--requirement", str(_REQUIREMENTS)])
            self._mark.touch()

    @property
    def _mark(self) -> Path:
        return self.place / "ready"


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield


def _run(words: list[str]) -> None:
    ended = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if ended.returncode:
        said = "\n".join(ended.stdout.splitlines()[-_LAST_LINES:])
        raise InstallationError(f"the environment of the inference server cannot be made: {' '.join(words[1:4])} ended "
                                f"with exit code {ended.returncode}\n{said}".rstrip())
