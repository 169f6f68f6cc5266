"""A workspace that lives, without a functions host: identity, resource manager, machine learning and storage."""
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette

from local_azure.certificates import Certificates
from local_azure.clock import ScaledClock
from local_azure.identity.models import TokenIssuer
from local_azure.identity.routes import routes as identity_routes
from local_azure.machine_learning.living import Living, Place
from local_azure.machine_learning.routes import routes as machine_learning_routes
from local_azure.machine_learning.run_history.models import RunHistory
from local_azure.resource_manager.models import ResourceManager
from local_azure.resource_manager.routes import routes as resource_manager_routes
from local_azure.scenarios.models import Workspace
from local_azure.serving import ServerThread, open_socket, url_of
from local_azure.storage.models import BlobStore
from local_azure.storage.routes import routes as storage_routes

WORKSPACE = Workspace("11111111-0000-0000-0000-000000000001", "living", "living-ws",
                      "22222222-0000-0000-0000-000000000002", "westeurope", (), ())


@dataclass(frozen=True, slots=True)
class LivingAzure:
    folder: Path
    environment: dict
    url: str
    history: RunHistory
    servers: ServerThread
    living: Living
    events: list = field(default_factory=list)

    @property
    def runs(self):
        return self.history.workspace(WORKSPACE.arm_id)

    def statuses(self, run_id):
        """Of the events that were published of the run."""
        return [event["data"].get("runStatus", "Completed") for event in self.events
                if event["data"].get("runId") == run_id]

    def client(self, program, *arguments, timeout=90):
        """What a program prints last, as JSON; it has the real SDK and finds this Azure by its environment alone."""
        ended = subprocess.run([sys.executable, program, *arguments], env=self.environment, capture_output=True,
                               text=True, timeout=timeout)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout.splitlines()[-1])


@contextmanager
def living_azure(folder, workspace=WORKSPACE, **options):
    folder = folder.resolve()
    (folder / ".azureml").mkdir()
    certificates = Certificates.create(folder)
    sockets = {name: open_socket(name, 0) for name in ("identity", "resource_manager", "machine_learning", "storage")}
    urls = {name: url_of(opened) for name, opened in sockets.items()}
    servers, events, history = ServerThread(certificates), [], RunHistory([workspace])
    store = BlobStore(folder / "blobs", urls["storage"])
    clock = options.pop("clock", None) or ScaledClock()
    living = Living(Place(folder / "runs", urls["machine_learning"], certificates.authority), store, events.append,
                    clock, **options)
    issuer = TokenIssuer("the-header")
    resources = ResourceManager([workspace], urls["identity"], f"{urls['machine_learning']}/discovery")
    served = {"identity": identity_routes(issuer), "resource_manager": resource_manager_routes(resources),
              "machine_learning": machine_learning_routes(history, living=living), "storage": storage_routes(store)}
    servers.serve({sockets[name]: Starlette(routes=routes) for name, routes in served.items()})
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "AZUREML_AUTH_CONFIG_DIR": str(folder),
        "AZUREML_CURRENT_CLOUD": "AzureCloud", "NO_PROXY": "127.0.0.1",
        "ARM_CLOUD_METADATA_URL": f"{urls['resource_manager']}/metadata/endpoints",
        "IDENTITY_ENDPOINT": f"{urls['identity']}/msi/token", "IDENTITY_HEADER": "the-header",
        "REQUESTS_CA_BUNDLE": str(certificates.authority), "SSL_CERT_FILE": str(certificates.authority),
        "SUBSCRIPTION_ID": workspace.subscription_id, "RESOURCE_GROUP": workspace.resource_group,
        "WORKSPACE_NAME": workspace.name}
    try:
        yield LivingAzure(folder, environment, urls["machine_learning"], history, servers, living, events)
    finally:
        servers.run(living.stop(), 30)
        servers.close()
