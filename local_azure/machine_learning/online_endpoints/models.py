"""The online endpoints of workspaces: their keys, their deployments, and which of these answers a request."""
import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.online_endpoints.definitions import Definition
from local_azure.machine_learning.online_endpoints.deployments import CREATING, Deployer, Deployment
from local_azure.machine_learning.online_endpoints.names import check_name
from local_azure.machine_learning.online_endpoints.traffic import TrafficSplit, check_shares
from local_azure.machine_learning.run_history.models import NotFoundError, WorkspaceHistory

KEY, AAD_TOKEN = "Key", "AADToken"
RESOURCE = "https://ml.azure.com"
"""The audience of a caller's token."""


@dataclass(slots=True)
class Endpoint:
    name: str
    workspace: str
    resource: Mapping[str, Any] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=lambda: {name: secrets.token_urlsafe(32) for name in (
        "primaryKey", "secondaryKey")})
    traffic: TrafficSplit = field(default_factory=TrafficSplit)
    deployments: dict[str, Deployment] = field(default_factory=dict)

    @property
    def auth_mode(self) -> str:
        return str(self.resource["properties"]["authMode"])

    def deployment(self, name: str) -> Deployment:
        """Raises NotFoundError."""
        if (found := self.deployments.get(name)) is None:
            raise NotFoundError(f"Deployment {name} of endpoint {self.name} was not found")
        return found

    def healthy(self) -> list[str]:
        return [name for name, deployment in self.deployments.items() if deployment.takes_traffic]


class OnlineEndpoints:
    """Names are unique among all workspaces, as they are in a region. All that
    changes is done in the servers' event loop."""

    def __init__(self, deployer: Deployer, is_token: Callable[[str], bool]):
        self._deployer, self._is_token = deployer, is_token
        self._found: dict[str, Endpoint] = {}

    def named(self, name: str) -> Endpoint:
        """Of whatever workspace. Raises NotFoundError."""
        if (found := self._found.get(name.lower())) is None:
            raise NotFoundError(f"Endpoint {name} was not found")
        return found

    def find(self, history: WorkspaceHistory, name: str) -> Endpoint:
        """Raises NotFoundError."""
        found = self.named(name)
        if found.workspace != history.arm_id:
            raise NotFoundError(f"Endpoint {name} was not found")
        return found

    def all(self, history: WorkspaceHistory) -> list[Endpoint]:
        return [endpoint for endpoint in self._found.values() if endpoint.workspace == history.arm_id]

    def put(self, history: WorkspaceHistory, name: str, resource: Mapping[str, Any]) -> Endpoint:
        """Makes an endpoint or changes one, its traffic included. The resource has `properties`, as that of a
        deployment has. Raises ServiceError."""
        check_name(name, "endpoint")
        endpoint = self._found.get(name.lower()) or Endpoint(name, history.arm_id)
        if endpoint.workspace != history.arm_id:
            raise ServiceError(400, f"The name {name} is taken by an endpoint of another workspace.")
        properties = resource["properties"]
        if properties.get("authMode") not in (KEY, AAD_TOKEN):
            raise ServiceError(400, f"properties.authMode has to be {KEY} or {AAD_TOKEN}: others are not there.")
        shares = check_shares(properties.get("traffic") or {}, endpoint.deployments, endpoint.healthy())
        if shares != endpoint.traffic.shares:
            endpoint.traffic.set(shares)
        endpoint.resource = resource
        self._found[name.lower()] = endpoint
        return endpoint

    async def delete(self, endpoint: Endpoint) -> None:
        del self._found[endpoint.name.lower()]
        await asyncio.gather(*(deployment.stop() for deployment in endpoint.deployments.values()))

    def regenerate(self, endpoint: Endpoint, key: str, value: str | None = None) -> None:
        """Raises ServiceError for a key that there is not."""
        name = f"{key.lower()}Key"
        if name not in endpoint.keys:
            raise ServiceError(400, "keyType has to be Primary or Secondary.")
        if not isinstance(value, str | None):
            raise ServiceError(400, "keyValue has to be a text.")
        endpoint.keys[name] = value or secrets.token_urlsafe(32)

    def admits(self, endpoint: Endpoint, token: str) -> bool:
        if endpoint.auth_mode == AAD_TOKEN:
            return self._is_token(token)
        return any([secrets.compare_digest(token.encode(), key.encode()) for key in endpoint.keys.values()])

    def deploy(self, history: WorkspaceHistory, endpoint: Endpoint, name: str,
               resource: Mapping[str, Any]) -> Deployment:
        """Begins; the deployment says how far it is. Raises ServiceError where it is being made already, and for what
        cannot be deployed."""
        check_name(name, "deployment")
        definition = Definition.parse(resource["properties"])
        before = endpoint.deployments.get(name)
        if before and before.state == CREATING:
            raise ServiceError(409, f"The deployment {name} is being made: wait for its end.", "Conflict")
        deployment = Deployment(name, resource, definition, server=before.server if before else None)
        endpoint.deployments[name] = deployment
        self._deployer.start(history, endpoint.name, deployment)
        return deployment

    async def remove(self, endpoint: Endpoint, name: str) -> None:
        """Raises ServiceError for one that has traffic."""
        if endpoint.traffic.shares.get(name):
            raise ServiceError(400, f"The deployment {name} has traffic: move that first.")
        deployment = endpoint.deployment(name)
        del endpoint.deployments[name]
        endpoint.traffic.set({other: share for other, share in endpoint.traffic.shares.items() if other != name})
        await deployment.stop()

    def operation(self, operation_id: str) -> Deployment:
        """The deployment that was begun with it. Raises NotFoundError."""
        for endpoint in self._found.values():
            for deployment in endpoint.deployments.values():
                if deployment.operation_id == operation_id:
                    return deployment
        raise NotFoundError(f"Operation {operation_id} was not found")

    async def stop(self) -> None:
        """No process is left then."""
        await asyncio.gather(*(self.delete(endpoint) for endpoint in list(self._found.values())))
