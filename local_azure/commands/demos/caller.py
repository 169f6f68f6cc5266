"""Asks Azure as any of its services does: with a managed identity's token for the audience of what is asked."""
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from ...certificates import trust
from ..connecting import read_error
from ..failure import CommandError

MANAGEMENT = "https://management.azure.com/"
_SECONDS = 30


class Caller:
    """`environment` is what points the SDKs to an Azure, and names the workspace there."""

    def __init__(self, environment: Mapping[str, str], client: httpx.Client):
        self._environment, self._client = environment, client
        self.workspace_id = ("/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{RESOURCE_GROUP}/providers/"
                             "Microsoft.MachineLearningServices/workspaces/{WORKSPACE_NAME}").format_map(environment)

    def find_services(self) -> str:
        """The address of the workspace's services, as Resource Manager tells it. Raises CommandError, as all do."""
        url = f"{self._environment['RESOURCE_MANAGER_ENDPOINT']}{self.workspace_id}?api-version=2024-10-01"
        return str(self.ask("GET", url)["properties"]["discoveryUrl"]).removesuffix("/discovery")

    def ask(self, method: str, url: str, body: Any = None, *, audience: str = MANAGEMENT,
            headers: Mapping[str, str] = {}) -> Any:
        """What the answer says, None where it says nothing."""
        answer = self._call(method, url, body, audience, headers)
        return answer.json() if answer.content else None

    def begin(self, method: str, url: str, body: Any) -> str:
        """Where to ask how far what was begun is."""
        return self._call(method, url, body, MANAGEMENT, {}).headers["Azure-AsyncOperation"]

    def _call(self, method: str, url: str, body: Any, audience: str, headers: Mapping[str, str]) -> httpx.Response:
        token = self._send("GET", self._environment["IDENTITY_ENDPOINT"], params={
            "resource": audience, "api-version": "2019-08-01"}, headers={
                "X-IDENTITY-HEADER": self._environment["IDENTITY_HEADER"]}).json()["access_token"]
        return self._send(method, url, json=body, headers={**headers, "Authorization": f"Bearer {token}"})

    def upload(self, url: str, content: bytes) -> None:
        """A blob, whose address says that one may."""
        self._send("PUT", url, content=content, headers={"x-ms-blob-type": "BlockBlob"})

    def _send(self, method: str, url: str, **given: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, url, **given)
        except httpx.HTTPError as exc:
            raise CommandError(f"{method} {httpx.URL(url).path}: no answer ({type(exc).__name__})") from exc
        if not answer.is_success:
            raise CommandError(f"{method} {httpx.URL(url).path}: {read_error(answer)}")
        return answer


@contextmanager
def calling(environment: Mapping[str, str]) -> Iterator[Caller]:
    with client_of(environment["SSL_CERT_FILE"]) as client:
        yield Caller(environment, client)


@contextmanager
def client_of(authority: str, seconds: float = _SECONDS) -> Iterator[httpx.Client]:
    """Of a local Azure. Where that does not answer, CommandError is raised."""
    with httpx.Client(verify=trust(Path(authority)), trust_env=False, timeout=seconds) as client:
        try:
            yield client
        except httpx.HTTPError as exc:
            raise CommandError(f"the local Azure does not answer ({type(exc).__name__}): its logs are beside its "
                               "telemetry, and may say why") from exc
