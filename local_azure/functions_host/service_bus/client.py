"""A receiver of one queue, over the REST API of Service Bus: the local one's, or that of Azure."""
import asyncio
import json
from datetime import UTC, datetime

import httpx
from azure.core.exceptions import AzureError, ClientAuthenticationError

from local_azure.functions_host.service_bus.connections import Connection
from local_azure.functions_host.service_bus.messages import ReceivedMessage
from local_azure.service_bus.headers import BROKER_PROPERTIES, read_properties, read_time

WAIT_SECONDS = 30
"""How long one request waits for a message."""


class QueueError(Exception):
    """The queue refuses: it is not there, there is no right, or a lock is lost."""


class QueueUnreachableError(Exception):
    """Nobody answers, or the service is down."""


class QueueClient:
    """`http` trusts the service's certificate and is closed by whoever opened it."""

    def __init__(self, connection: Connection, queue: str, http: httpx.AsyncClient) -> None:
        self._connection, self._url, self._http = connection, f"{connection.url}/{queue}", http

    async def receive(self) -> ReceivedMessage | None:
        """The next message, locked; None where none came within the time. Raises QueueError, QueueUnreachableError."""
        answer = await self._ask("POST", f"{self._url}/messages/head?timeout={WAIT_SECONDS}")
        return _read(answer) if answer.status_code == httpx.codes.CREATED else None

    async def complete(self, message: ReceivedMessage) -> None:
        """Raises as `receive` does."""
        await self._ask("DELETE", message.location)

    async def abandon(self, message: ReceivedMessage) -> None:
        """Raises as `receive` does."""
        await self._ask("PUT", message.location)

    async def renew(self, message: ReceivedMessage) -> datetime:
        """Until when it is locked now. Raises as `receive` does."""
        return read_time(json.loads((await self._ask("POST", message.location)).headers[BROKER_PROPERTIES])
                         ["LockedUntilUtc"])

    async def _ask(self, method: str, url: str) -> httpx.Response:
        try:
            authorization = await asyncio.to_thread(self._connection.authorize, self._url)
            answer = await self._http.request(
                method, url, headers={"Authorization": authorization}, timeout=WAIT_SECONDS + 10)
        except ClientAuthenticationError as exc:
            raise QueueError(f"no token for {self._connection.url}: {exc.message}") from exc
        except AzureError as exc:
            raise QueueUnreachableError(f"no token for {self._connection.url}: {exc.message}") from exc
        except httpx.HTTPError as exc:
            raise QueueUnreachableError(f"{self._connection.url} does not answer: {exc!r}") from exc
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise QueueUnreachableError(f"{self._connection.url} answers {answer.status_code}")
        if answer.is_error:
            raise QueueError(f"{self._url} answers {answer.status_code}: {answer.text}")
        return answer


def _read(answer: httpx.Response) -> ReceivedMessage:
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers.raw]
    return ReceivedMessage(
        answer.content, json.loads(answer.headers[BROKER_PROPERTIES]), read_properties(headers),
        answer.headers.get("content-type", ""), answer.headers["Location"])


def seconds_until(moment: datetime) -> float:
    return (moment - datetime.now(UTC)).total_seconds()
