"""The deployments of an endpoint: each a model, a script and the inference server that runs them."""
import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from local_azure.machine_learning.codes.models import Codes
from local_azure.machine_learning.models.models import Models
from local_azure.machine_learning.online_endpoints.definitions import Definition
from local_azure.machine_learning.online_endpoints.environments import InferenceEnvironment, InstallationError
from local_azure.machine_learning.online_endpoints.server import InferenceServer, UnhealthyError, start_server
from local_azure.machine_learning.run_history.models import NotFoundError, WorkspaceHistory

CREATING, SUCCEEDED, FAILED = "Creating", "Succeeded", "Failed"

NOT_READY = "ResourceNotReady"
"""The code of Azure's error where the container of a deployment crashes or does not become healthy."""


@dataclass(slots=True)
class Deployment:
    """`resource` is what was asked for; `server` answers where one is healthy; `task` is what is being done."""

    name: str
    resource: Mapping[str, Any]
    definition: Definition
    state: str = CREATING
    error: str = ""
    server: InferenceServer | None = None
    operation_id: str = field(default_factory=lambda: str(uuid4()))
    task: "asyncio.Task[None] | None" = None
    log: Path | None = None

    @property
    def takes_traffic(self) -> bool:
        return self.server is not None

    async def stop(self) -> None:
        if self.task:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
        if self.server:
            await self.server.stop()
        self.server = None


@dataclass(frozen=True, slots=True)
class Deployer:
    """Makes deployments run. `variables` are those of every server's environment; those that point it to Application
    Insights are `telemetry`."""

    folder: Path
    codes: Codes
    models: Models
    made: InferenceEnvironment
    variables: Mapping[str, str]
    telemetry: Mapping[str, str]

    def start(self, history: WorkspaceHistory, endpoint: str, deployment: Deployment) -> None:
        deployment.task = asyncio.create_task(self._deploy(history, endpoint, deployment))

    async def _deploy(self, history: WorkspaceHistory, endpoint: str, deployment: Deployment) -> None:
        """A server that is healthy takes the place of the one before; one that is not leaves that where it is."""
        started = None
        try:
            await self.made.prepare()
            folder = self.folder / f"{endpoint}-{deployment.name}" / deployment.operation_id
            await asyncio.to_thread(self._unpack, history, deployment.definition, folder)
            deployment.log = folder / "server.log"
            environment = self._environment(history, endpoint, deployment, folder)
            started = start_server(self.made, folder / "code", environment, deployment.log)
            await started.await_healthy(deployment.definition.health_seconds)
        except Exception as error:  # whatever it was, nobody else would say that this deployment has ended
            deployment.error, deployment.state = _told(error), FAILED
        else:
            started, deployment.server = deployment.server, started
            deployment.state = SUCCEEDED
        finally:
            if started:  # the one before, or one that is not healthy
                await started.stop()

    def _unpack(self, history: WorkspaceHistory, definition: Definition, folder: Path) -> None:
        for path, file in self.codes.files(history, *definition.code).items():
            _put(file, folder / "code" / path)
        if not (folder / "code" / definition.script).is_file():
            raise NotFoundError(f"{definition.script} is no file of the code")
        if definition.model:
            for path, file in self.models.files(history, self.models.find(history, definition.model)).items():
                _put(file, _model_folder(folder, definition.model) / path)

    def _environment(self, history: WorkspaceHistory, endpoint: str, deployment: Deployment,
                     folder: Path) -> dict[str, str]:
        definition = deployment.definition
        return {
            **self.variables,
            **(self.telemetry if definition.has_app_insights else {}),
            "SERVICE_NAME": endpoint,
            "HOSTNAME": f"{deployment.name}-{deployment.operation_id[:8]}",
            "WORKSPACE_NAME": history.arm_id.rpartition("/")[2],
            **definition.environment,
            "AML_APP_ROOT": str(folder / "code"),
            "AZUREML_ENTRY_SCRIPT": definition.script,
            **({"AZUREML_MODEL_DIR": str(_model_folder(folder, definition.model))} if definition.model else {})}


def _model_folder(folder: Path, model: str) -> Path:
    """As in Azure: the name and the version of a model are the last two parts of its path."""
    return folder.joinpath("azureml-models", *model.split(":"))


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _told(error: Exception) -> str:
    if isinstance(error, UnhealthyError):
        return f"User container has crashed or terminated: {error}"
    return str(error) if isinstance(error, (InstallationError, NotFoundError)) else f"{type(error).__name__}: {error}"
