"""Posts encoded records to one address of an OTLP receiver, over kept connections, within a deadline.

OpenTelemetry's own exporter gives up silently what it could not send; here the caller always learns.
"""
import gzip
import time
from collections.abc import Callable, Sequence

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as TimeoutHTTPError

from azure_access.connections.bodies import read_until
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
        self._session = requests.Session()
        self._session.auth = lambda request: request  # or an entry of a .netrc file would take the place of the headers
        self._session.headers.update({"Content-Type": "application/x-protobuf", **endpoint.headers})
        if otlp.is_compressed:
            self._session.headers["Content-Encoding"] = "gzip"
        # The session's own would give way to REQUESTS_CA_BUNDLE.
        self._trusted = otlp.certificate
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=_CONNECTIONS))

    def deliver(self, records: Sequence[Record], deadline: Deadline) -> Delivery:
        if not records:
            return Delivery({}, (), "")
        return deliver(lambda some: self._post(some, deadline), records, deadline)

    def _post(self, records: Sequence[Record], deadline: Deadline) -> Verdict:
        everything = tuple(range(len(records)))
        seconds = min(_MOST_SECONDS, deadline.remaining_seconds())
        if not seconds:
            return Verdict(left=everything, problem="no time was left to send; Event Grid delivers the event again")
        body, end = self._encode(records), time.monotonic() + seconds
        try:
            answer = self._session.post(
                self._url, data=gzip.compress(body, mtime=0) if self._is_compressed else body, allow_redirects=False,
                timeout=(seconds / 3, seconds * 2 / 3), verify=self._trusted, stream=True,
                headers={"Authorization": f"Bearer {self._token.get(deadline)}"} if self._token else None)
            content = read_until(end, answer.raw)
        except IdentityError as exc:
            return Verdict(left=everything, problem=str(exc))
        except (requests.Timeout, TimeoutHTTPError):
            return Verdict(left=everything, is_transient=True,
                           problem=f"no answer from {self._url} in time; Event Grid delivers the event again")
        except (requests.RequestException, HTTPError, OSError) as exc:  # OSError: of a certificate that is none
            return Verdict(left=everything, is_transient=True,
                           problem=f"{self._url} could not be reached ({type(exc).__name__}), {_CHECK_ENDPOINT}")
        if answer.status_code == 401 and self._token:
            self._token.forget()
        return judge(answer.status_code, answer.headers, content, len(records))
