"""A token issuer that knows one application, and the service around it over HTTPS, for the real azure-identity."""
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.applications import Starlette

from local_azure.certificates import Certificates
from local_azure.identity.models import Application, TokenIssuer
from local_azure.identity.routes import routes
from local_azure.serving import ServerThread, open_socket, url_of


@dataclass(frozen=True, slots=True)
class IdentityService:
    url: str
    certificate_authority: Path


@pytest.fixture(scope="session")
def application() -> Application:
    return Application("11111111-2222-3333-4444-555555555555", "monitor-app", "correct horse")


@pytest.fixture(scope="session")
def issuer(application) -> TokenIssuer:
    return TokenIssuer("the-header", applications=[application])


@pytest.fixture(scope="session")
def identity_service(tmp_path_factory, issuer) -> Iterator[IdentityService]:
    certificates = Certificates.create(tmp_path_factory.mktemp("certificates"))
    servers, opened = ServerThread(certificates), open_socket("identity", 0)
    servers.serve({opened: Starlette(routes=routes(issuer))})
    yield IdentityService(url_of(opened), certificates.authority)
    servers.close()
