"""Online endpoints as a whole: what they are made of, where they are asked, and their end."""
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.routing import Route

from local_azure.machine_learning.codes import routes as code_routes
from local_azure.machine_learning.codes.models import Codes
from local_azure.machine_learning.living import Living
from local_azure.machine_learning.online_endpoints import scoring_routes
from local_azure.machine_learning.online_endpoints.deployments import Deployer
from local_azure.machine_learning.online_endpoints.environments import InferenceEnvironment
from local_azure.machine_learning.online_endpoints.management_routes import ManagementRoutes
from local_azure.machine_learning.online_endpoints.models import OnlineEndpoints
from local_azure.machine_learning.resources import resource_routes
from local_azure.machine_learning.run_history.models import RunHistory
from local_azure.storage.models import BlobStore

# What a server may need of this machine. Everything else that is set here could change what a script does.
_INHERITED = ("LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Of the servers: the folder of their files, the URL where endpoints answer, whom they trust, the key and the URL
    of their Application Insights."""

    folder: Path
    url: str
    certificate_authority: Path
    instrumentation_key: str
    ingestion_url: str


class OnlineService:
    """`is_token` is asked of endpoints that take tokens."""

    def __init__(self, around: Surroundings, store: BlobStore, living: Living, made: InferenceEnvironment,
                 is_token: Callable[[str], bool]):
        self._codes = Codes(store)
        deployer = Deployer(around.folder, self._codes, living.models, made, _variables(around, made),
                            _telemetry(around))
        self._url, self._endpoints = around.url, OnlineEndpoints(deployer, is_token)

    def scoring_routes(self) -> list[Route]:
        return scoring_routes.routes(self._endpoints)

    def management_routes(self, history: RunHistory, is_valid: Callable[[str], bool]) -> list[Route]:
        """Those of Resource Manager, for whoever has a token that `is_valid`."""
        answers = {**code_routes.answers(self._codes), **ManagementRoutes(self._endpoints, self._url).answers()}
        return resource_routes(answers, history, is_valid)

    async def stop(self) -> None:
        """No process is left then."""
        await self._endpoints.stop()


def _variables(around: Surroundings, made: InferenceEnvironment) -> dict[str, str]:
    authority, home = str(around.certificate_authority), around.folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    return {
        **{name: os.environ[name] for name in _INHERITED if name in os.environ},
        "PATH": os.pathsep.join(filter(None, [str(made.scripts), os.environ.get("PATH")])),
        "HOME": str(home), "PYTHONUNBUFFERED": "1", "TZ": "UTC", "NO_PROXY": "127.0.0.1",
        "REQUESTS_CA_BUNDLE": authority, "SSL_CERT_FILE": authority}


def _telemetry(around: Surroundings) -> dict[str, str]:
    """The server puts the key into a connection string, so that this one says where to send to as well."""
    return {
        "AML_APP_INSIGHTS_ENABLED": "true",
        "AML_APP_INSIGHTS_KEY": f"{around.instrumentation_key};IngestionEndpoint={around.ingestion_url}/",
        "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "True",  # the exporter would call home
        "OTEL_BSP_SCHEDULE_DELAY": "1000"}
