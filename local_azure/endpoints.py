"""Where a running local Azure is and which keys it asks for: what other processes need to use it.

While one runs, the folder has it as `endpoints.json`, readable by its owner alone.
"""
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path(".local_azure")
"""The folder of the commands, in the current directory: telemetry, logs, dead letters, certificates."""

KEY_NAME = "RootManageSharedAccessKey"
"""Of the key that every namespace of Service Bus begins with."""

_NAME = "endpoints.json"


class NotRunningError(Exception):
    """No local Azure is running from this folder."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """URLs without a slash at the end; `certificate_authority` is the PEM file that clients have to trust. The
    functions key is the host's master key, the webhook key is for Event Grid: empty where the host takes all events."""

    identity: str
    resource_manager: str
    machine_learning: str
    online_endpoints: str
    storage: str
    application_insights: str
    event_grid: str
    service_bus: str
    devops: str
    functions_host: str
    control: str
    dashboard: str
    certificate_authority: str
    connection_string: str
    topic_key: str
    service_bus_key: str
    devops_key: str
    functions_key: str
    query_key: str
    control_key: str
    dashboard_key: str
    webhook_key: str = ""

    @property
    def topic_url(self) -> str:
        return f"{self.event_grid}/api/events"

    @property
    def service_bus_connection_string(self) -> str:
        """What the setting of a Service Bus connection holds where keys are allowed."""
        return (f"Endpoint={self.service_bus.replace('https:', 'sb:')}/;SharedAccessKeyName={KEY_NAME};"
                f"SharedAccessKey={self.service_bus_key}")

    @property
    def webhook_url(self) -> str:
        """Where Event Grid delivers to the monitor, the key included."""
        return self.webhook_of("PipelineRunMonitor")

    def webhook_of(self, function: str) -> str:
        """Where Event Grid delivers to a function, the key included."""
        code = f"&code={self.webhook_key}" if self.webhook_key else ""
        return f"{self.functions_host}/runtime/webhooks/EventGrid?functionName={function}{code}"

    @property
    def dashboard_url(self) -> str:
        """What to open in a browser, the key included."""
        return f"{self.dashboard}/?key={self.dashboard_key}"

    @property
    def devops_url(self) -> str:
        """Of the page with test runs and plans, the personal access token included."""
        return f"{self.devops}/?key={self.devops_key}"

    def save(self, folder: Path) -> None:
        """Whoever finds the file finds it whole, because it is renamed to its name when it is."""
        unfinished = folder / f"{_NAME}.unfinished"
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(asdict(self), indent=2) + "\n")
        os.replace(unfinished, folder / _NAME)

    @staticmethod
    def remove(folder: Path) -> None:
        (folder / _NAME).unlink(missing_ok=True)

    @classmethod
    def load(cls, folder: Path) -> "Endpoints":
        """Raises NotRunningError where no local Azure left its file, or something else is in it."""
        file = folder / _NAME
        try:
            return cls(**json.loads(file.read_text()))
        except (OSError, ValueError, TypeError) as exc:
            reason = f"{file} cannot be read" if file.exists() else "no local Azure is running here"
            raise NotRunningError(f"{reason}: start one with `make up`, in another terminal") from exc
