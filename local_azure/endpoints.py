"""Where a running local Azure is and which keys it asks for: what other processes need to use it.

`up` leaves it in the folder as `endpoints.json`, readable by its owner alone, and takes it away at the end.
"""
import json
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path(".local_azure")
"""The folder of the commands, in the current directory: telemetry, logs, dead letters, certificates."""


class NotRunningError(Exception):
    """No local Azure is running from this folder."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """URLs without a slash at the end; `certificate_authority` is the PEM file that clients have to trust."""

    identity: str
    resource_manager: str
    machine_learning: str
    application_insights: str
    event_grid: str
    functions_host: str
    control: str
    certificate_authority: str
    connection_string: str
    topic_key: str
    functions_key: str
    query_key: str

    @property
    def topic_url(self) -> str:
        return f"{self.event_grid}/api/events"

    @property
    def webhook_url(self) -> str:
        """Where Event Grid delivers to the function, the key included."""
        return (f"{self.functions_host}/runtime/webhooks/EventGrid?functionName=PipelineRunMonitor"
                f"&code={self.functions_key}")

    def save(self, folder: Path) -> None:
        file = _file(folder)
        file.touch(mode=0o600)
        file.write_text(json.dumps(asdict(self), indent=2) + "\n")

    @staticmethod
    def remove(folder: Path) -> None:
        _file(folder).unlink(missing_ok=True)

    @classmethod
    def load(cls, folder: Path) -> "Endpoints":
        """Raises NotRunningError where `up` left no file."""
        try:
            return cls(**json.loads(_file(folder).read_text()))
        except FileNotFoundError as exc:
            raise NotRunningError("no local Azure is running here: start one with `make up`, in another terminal"
                                  ) from exc


def _file(folder: Path) -> Path:
    return folder / "endpoints.json"
