"""Which files belong to what, by origin and container; their content is in the storage."""
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath

from local_azure.machine_learning.run_history.models import NotFoundError
from local_azure.storage.models import BlobNotFoundError, BlobStore

EXPERIMENT_RUN = "ExperimentRun"
LOG_FOLDERS = ("user_logs", "logs", "azureml-logs", "system_logs")


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file, such as `outputs/model.pkl` of the container `dcid.RUN` and the origin ExperimentRun."""

    origin: str
    container: str
    path: str
    created_utc: str

    @property
    def id(self) -> str:
        return f"{self.origin}/{self.container}/{self.path}"


class Artifacts:

    def __init__(self, store: BlobStore, time: Callable[[], str]):
        self.store, self._time = store, time
        self._found: dict[tuple[str, str], dict[str, Artifact]] = {}

    def has(self, origin: str, container: str, path: str) -> bool:
        return normpath(path) in self._found.get((origin, container), {})

    def add(self, origin: str, container: str, path: str) -> Artifact:
        """The artifact of that path, whose content may be written from now on."""
        path = normpath(path)
        files = self._found.setdefault((origin, container), {})
        return files.setdefault(path, Artifact(origin, container, path, self._time()))

    def find(self, origin: str, container: str, path: str) -> Artifact:
        """Raises NotFoundError."""
        found = self._found.get((origin, container), {}).get(normpath(path))
        if found is None:
            raise NotFoundError(f"Artifact {origin}/{container}/{path} was not found")
        return found

    def below(self, origin: str, container: str, prefix: str = "") -> list[Artifact]:
        files = self._found.get((origin, container), {})
        return [artifact for path, artifact in list(files.items()) if path.startswith(prefix)]

    def content(self, artifact: Artifact) -> Path:
        """Its file. Raises NotFoundError where it was never written."""
        try:
            return self.store.existing(artifact.container, artifact.path)
        except BlobNotFoundError as exc:
            raise NotFoundError(f"The content of artifact {artifact.id} was not found") from exc

    def url(self, artifact: Artifact) -> str:
        return self.store.signed_url(artifact.container, artifact.path)

    def log_urls(self, container: str) -> Mapping[str, str]:
        """The log files of the run with this container."""
        return {artifact.path: self.url(artifact) for artifact in self.below(EXPERIMENT_RUN, container)
                if artifact.path.partition("/")[0] in LOG_FOLDERS}
