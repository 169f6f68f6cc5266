"""HTTP requests over connections that are kept, at little more than what it costs to write and to read them.

A session of requests builds anew for each request what never changes, cookies, proxies, redirects, the form of the
URL, and reads the file of trusted authorities for each connection: half of what an event cost. Proxies and authorities
are those that requests finds in the environment: HTTPS_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE.
"""
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from ssl import SSLContext
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH, prepend_scheme_if_needed, select_proxy
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, PoolManager, Timeout
from urllib3.exceptions import TimeoutError as TimeoutHTTPError
from urllib3.util import make_headers
from urllib3.util.ssl_ import create_urllib3_context

_DECODED = make_headers(accept_encoding=True)
_PIECE_BYTES = 1 << 16
_opening = threading.Lock()


@dataclass(frozen=True, slots=True)
class Response:
    """`headers` are looked up without regard to case."""

    status_code: int
    headers: Mapping[str, str]
    body: bytes


class KeptConnections:
    """As many to each host at most as are to be kept; safe to use from many threads."""

    def __init__(self, kept: int):
        self._kept = kept
        self._pools: dict[str, HTTPConnectionPool] = {}

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, seconds: float) -> Response:
        """The answer, whatever its status: redirects are not followed. Raises HTTPError of urllib3 where there is
        none within so many seconds."""
        end = time.monotonic() + seconds
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        pool = self._pools.get(host) or self._open(host)
        is_relayed = pool.proxy is not None and parts.scheme == "http"  # by a proxy, which has to be told the host
        found = pool.urlopen(method, url if is_relayed else url[len(host):] or "/", headers={**_DECODED, **headers},
                             body=body, timeout=Timeout(total=seconds), retries=False, redirect=False,
                             assert_same_host=not is_relayed, preload_content=False)
        return Response(found.status, found.headers, read_until(end, found))

    def _open(self, host: str) -> HTTPConnectionPool:
        """What the environment says of a host is read once, also where several threads come first."""
        with _opening:
            if host not in self._pools:
                self._pools[host] = self._manager(host).connection_from_url(host)
            return self._pools[host]

    def _manager(self, host: str) -> PoolManager:
        environment = _environment(host)
        trust, proxy = _trust(environment), select_proxy(host, environment["proxies"])
        if not proxy:
            return PoolManager(maxsize=self._kept, ssl_context=trust)
        relay: PoolManager = HTTPAdapter(pool_maxsize=self._kept).proxy_manager_for(
            prepend_scheme_if_needed(proxy, "http"), ssl_context=trust)
        return relay


def read_authorities() -> None:
    """Before the first connection needs them; whoever opens one meanwhile waits. What is wrong with them shows then."""
    with suppress(OSError), _opening:
        _trust(_environment("https://"))


def read_until(end: float, answer: BaseHTTPResponse) -> bytes:
    """The body, if it comes before that time of the monotonic clock. Raises HTTPError of urllib3."""
    return b"".join(pieces_until(end, answer))


def pieces_until(end: float, answer: BaseHTTPResponse) -> Iterator[bytes]:
    """The body as it comes: the time-out of a socket is for each piece alone, and who sends a byte a second keeps to it
    for ever. Raises HTTPError of urllib3 where it has not come before that time of the monotonic clock."""
    while piece := answer.read1(_PIECE_BYTES, decode_content=True):
        yield piece
        if time.monotonic() > end:
            answer.close()
            raise TimeoutHTTPError("the answer came too slowly")


def _environment(host: str) -> dict[str, Any]:
    return requests.Session().merge_environment_settings(host, {}, None, None, None)


def _trust(environment: Mapping[str, Any]) -> SSLContext:
    authorities = environment["verify"]
    return _load(authorities if isinstance(authorities, str) else DEFAULT_CA_BUNDLE_PATH)


@cache
def _load(authorities: str) -> SSLContext:
    """A file or a folder of certificates."""
    context = create_urllib3_context()
    is_folder = Path(authorities).is_dir()
    context.load_verify_locations(None if is_folder else authorities, authorities if is_folder else None)
    return context
