"""The environment variables of a run's process: with these the real `Run.get_context()` in it is a submitted run."""
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_azure.functions_host.command import path_with_python
from local_azure.machine_learning.run_history.models import WorkspaceHistory
from local_azure.machine_learning.run_history.tokens import RunTokens
from local_azure.scenarios.models import Run

# What a process may need of this machine. Everything else that is set here could change what a script does.
_INHERITED = ("LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Environments:
    """`url` is where the machine learning services answer; the SDK keeps what it discovers in `home`."""

    url: str
    home: Path
    certificate_authority: Path
    tokens: RunTokens

    def of(self, history: WorkspaceHistory, run: Run, definition: Mapping[str, Any]) -> dict[str, str]:
        """Those of this machine, then the run's own by its definition, then those by which the SDK knows the run."""
        (self.home / ".azureml").mkdir(parents=True, exist_ok=True)
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        authority = str(self.certificate_authority)
        return {
            **inherited, "PATH": path_with_python(), "HOME": str(self.home), "PYTHONUNBUFFERED": "1",
            "TZ": "UTC",  # the SDK reads the expiry of its token in local time
            "REQUESTS_CA_BUNDLE": authority, "SSL_CERT_FILE": authority, "NO_PROXY": "127.0.0.1",
            **_declared(definition), **self._of_azure(history, run)}

    def _of_azure(self, history: WorkspaceHistory, run: Run) -> dict[str, str]:
        _, _, subscription, _, group, *_, workspace = history.arm_id.split("/")
        experiment = history.experiment(run.record["experimentId"])
        token = self.tokens.issue(run.id, history)
        return {
            "AZUREML_ARM_SUBSCRIPTION": subscription,
            "AZUREML_ARM_RESOURCEGROUP": group,
            "AZUREML_ARM_WORKSPACE_NAME": workspace,
            "AZUREML_ARM_PROJECT_NAME": experiment.name,
            "AZUREML_EXPERIMENT_ID": experiment.id,
            "AZUREML_EXPERIMENT_SCOPE": f"{history.arm_id}/experiments/{experiment.name}",
            "AZUREML_WORKSPACE_ID": history.workspace_id,
            "AZUREML_WORKSPACE_SCOPE": history.arm_id,
            "AZUREML_RUN_ID": run.id,
            "AZUREML_ROOT_RUN_ID": run.record["rootRunId"],
            "AZUREML_RUN_TOKEN": token.value,
            "AZUREML_RUN_TOKEN_EXPIRY": token.expiry_utc,
            "AZUREML_SERVICE_ENDPOINT": self.url,
            "AZUREML_RUN_HISTORY_SERVICE_ENDPOINT": self.url,
            "AZUREML_DISCOVERY_SERVICE_ENDPOINT": f"{self.url}/discovery",
            "AZUREML_DATA_CONTAINER_ID": run.record["dataContainerId"]}


def _declared(definition: Mapping[str, Any]) -> dict[str, str]:
    environment = definition.get("environment") or {}
    return {**(environment.get("environmentVariables") or {}), **(definition.get("environmentVariables") or {})}
