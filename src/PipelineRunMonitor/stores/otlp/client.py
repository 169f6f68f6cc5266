"""Posts encoded records to one address of an OTLP receiver, over kept connections, within a deadline.

OpenTelemetry's own exporter gives up silently what it could not send; here the caller always learns.
"""
import gzip
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from requests.structures import CaseInsensitiveDict

from azure_access.connections.addresses import authorize
from azure_access.connections.kept_connections import KeptConnections
from azure_access.deadline import Deadline
from azure_access.errors import IdentityError
from azure_access.tokens import TokenSource

from ...otlp_settings import Otlp, OtlpEndpoint
from ...records.record import Record
from ..delivery import Delivery, deliver
from ..verdicts import Verdict
from .answers import judge

_CONNECTIONS = 32  # kept open, one per thread of a busy worker
_MOST_SECONDS = 10.0  # for one request, as OTEL_EXPORTER_OTLP_TIMEOUT is by default
_CHECK_ENDPOINT = "check OTEL_EXPORTER_OTLP_ENDPOINT and the network"


class OtlpClient:
    """Of one signal, logs or traces; safe to use from many threads. A `token` goes with each request."""

    def __init__(self, endpoint: OtlpEndpoint, otlp: Otlp, encode: Callable[[Sequence[Record]], bytes],
                 token: TokenSource | None):
        self._url, self._encode, self._token, self._is_compressed = endpoint.url, encode, token, otlp.is_compressed
        self._headers = CaseInsensitiveDict({"Content-Type": "application/x-protobuf"})
        if authorization := authorize(urlsplit(endpoint.url)):
            self._headers["Authorization"] = authorization
        self._headers.update(endpoint.headers)
        if otlp.is_compressed:
            self._headers["Content-Encoding"] = "gzip"
        self._connections = KeptConnections(_CONNECTIONS, authorities=otlp.certificate)

    def deliver(self, records: Sequence[Record], deadline: Deadline) -> Delivery:
        if not records:
            return Delivery({}, (), "")
        return deliver(lambda some: self._post(some, deadline), records, deadline)

    def _post(self, records: Sequence[Record], deadline: Deadline) -> Verdict:
        everything = tuple(range(len(records)))
        if not deadline.remaining_seconds():
            return Verdict(left=everything, problem="no time was left to send; Event Grid delivers the event again")
        body, headers = self._encode(records), self._headers.copy()
        try:
            if self._token:
                headers["Authorization"] = f"Bearer {self._token.get(deadline)}"
            answer = self._connections.send(
                "POST", self._url, headers, gzip.compress(body, mtime=0) if self._is_compressed else body,
                min(_MOST_SECONDS, deadline.remaining_seconds()))
        except IdentityError as exc:
            return Verdict(left=everything, problem=str(exc))
        except TimeoutError:
            return Verdict(left=everything, is_transient=True,
                           problem=f"no answer from {self._url} in time; Event Grid delivers the event again")
        except OSError as exc:  # as where the certificate is none
            return Verdict(left=everything, is_transient=True,
                           problem=f"{self._url} could not be reached ({exc}), {_CHECK_ENDPOINT}")
        if answer.status_code == 401 and self._token:
            self._token.forget()
        return judge(answer.status_code, answer.headers, answer.body, len(records))
