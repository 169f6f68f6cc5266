"""The application id of an Application Insights, which Resource Manager knows by the resource's own id."""
import ssl
from dataclasses import dataclass

import httpx
from azure.core.credentials import TokenCredential

from azure_access.deadline import Deadline
from azure_access.tokens import TokenSource
from dashboard.sources.refusals import refusal
from dashboard.sources.source import SourceError

_API_VERSION = "2020-02-02"
_SECONDS = 30


@dataclass(frozen=True, slots=True)
class ResourceManager:
    """`authority` is a file of certificates to trust instead of the usual ones."""

    url: str
    scope: str
    authority: str | None = None


def find_app_id(resource_id: str, manager: ResourceManager, credential: TokenCredential) -> str:
    """Raises SourceError and IdentityError."""
    token = TokenSource(credential, manager.scope).get(Deadline(_SECONDS))
    verify = ssl.create_default_context(cafile=manager.authority) if manager.authority else True
    try:
        response = httpx.get(f"{manager.url}{resource_id}", params={"api-version": _API_VERSION}, verify=verify,
                             headers={"Authorization": f"Bearer {token}"}, timeout=_SECONDS)
        if not response.is_success:
            if response.status_code == 429 or response.status_code >= 500:
                raise SourceError(f"Resource Manager is down or busy (HTTP {response.status_code}): try again, or give "
                                  "the --app-id itself")
            raise refusal(response, resource_id, "Monitoring Reader", _SECONDS)
        return str(response.json()["properties"]["AppId"])
    except (httpx.HTTPError, ValueError, LookupError, TypeError) as exc:
        raise SourceError(f"Resource Manager did not say which application {resource_id} is ({type(exc).__name__}): "
                          "check the network, or give the --app-id itself") from exc
