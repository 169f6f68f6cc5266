"""Azure's query API on this machine, over HTTPS, with tokens that its identity issued, and with faults on demand."""
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from starlette.routing import Route

from local_azure.application_insights.routes import routes as application_insights_routes
from local_azure.certificates import Certificates
from local_azure.control.middleware import ControlledService
from local_azure.control.models import Fault, Traffic
from local_azure.identity.models import TokenIssuer
from local_azure.identity.routes import routes as identity_routes
from local_azure.resource_manager.models import ResourceManager
from local_azure.resource_manager.routes import routes as resource_manager_routes
from local_azure.scenarios.models import Workspace
from local_azure.serving import ServerThread, open_socket, url_of
from tests.dashboard.sources.asking import APP_ID
from tests.queries.conftest import Insights

APP_AUDIENCE, WORKSPACE_AUDIENCE = "https://api.applicationinsights.io", "https://api.loganalytics.io"
IDENTITY_HEADER = "known to the app alone"
WORKSPACE = Workspace("sub-1", "sample", "sample-ws", "guid", "westeurope", experiments=(), runs=())
QUERY_KEY = "known to clients of Kusto"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
QUERY = "POST /v1/apps/{application}/query"


@dataclass(frozen=True, slots=True)
class QueryService:
    """`url` is the endpoint of the query APIs; `environment` what an app finds its identity by."""

    insights: Insights
    traffic: Traffic
    url: str
    resource_manager: str
    environment: dict[str, str]

    def fail(self, times=1, **fault) -> None:
        self.traffic.inject(Fault(**{"service": "application_insights", "route": QUERY, "times": times, **fault}))

    def asked(self) -> int:
        return self.traffic.counts().get(f"application_insights {QUERY}", 0)


@contextmanager
def running(folder: Path) -> Iterator[QueryService]:
    """Its certificates are in the folder."""
    insights, traffic = Insights(), Traffic()
    certificates = Certificates.create(folder)
    issuer = TokenIssuer(IDENTITY_HEADER)
    resources = ResourceManager([WORKSPACE], "", "", application_id=APP_ID)
    sockets = {name: open_socket(name, 0) for name in ("identity", "application_insights", "resource_manager")}
    found: dict[str, list[Route]] = {
        "identity": identity_routes(issuer),
        "application_insights": application_insights_routes(
            insights.store, QUERY_KEY, partial(issuer.is_valid, resource=APP_AUDIENCE),
            partial(issuer.is_valid, resource=WORKSPACE_AUDIENCE)),
        "resource_manager": resource_manager_routes(resources)}
    servers = ServerThread(certificates)
    servers.serve({sockets[name]: ControlledService(name, found[name], traffic) for name in sockets})
    authority = str(certificates.authority)
    urls = {name: url_of(opened) for name, opened in sockets.items()}
    yield QueryService(insights, traffic, urls["application_insights"], urls["resource_manager"], {
        "IDENTITY_ENDPOINT": f"{urls['identity']}/msi/token", "IDENTITY_HEADER": IDENTITY_HEADER,
        "REQUESTS_CA_BUNDLE": authority, "SSL_CERT_FILE": authority, "NO_PROXY": "127.0.0.1"})
    servers.close()
    insights.store.close()
