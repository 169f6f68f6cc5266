"""HTTP requests over connections that are kept, at little more than what it costs to write and to read them.

A session of requests builds anew for each request what never changes, cookies, proxies, redirects, the form of the
URL, and reads the file of trusted authorities for each connection: two thirds of what an event cost. Proxies and
authorities are those that requests finds in the environment: HTTPS_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE.
"""
import threading
import time
from collections.abc import Mapping

from .addresses import Address, complete_headers, format_target, parse_address, split_url
from .errors import UnsentError
from .host import Host
from .limits import Limits
from .parsing import Response
from .proxies import find_proxy
from .trust import find_trust, read_environment
from .ways import find_way

_USUAL = Limits()
_IDLE_SECONDS = 180.0
"""Azure's load balancers, which stand before every app, may drop a connection without a word that was idle for four
minutes: what is sent over it then is not answered."""


class KeptConnections:
    """As many to each host at most as are to be kept; safe to use from many threads."""

    def __init__(self, kept: int, idle_seconds: float = _IDLE_SECONDS, authorities: str | None = None):
        """`authorities` is a file of those that are trusted in the place of the environment's."""
        self._kept, self._idle_seconds, self._authorities = kept, idle_seconds, authorities
        self._hosts: dict[Address, Host] = {}
        self._opening = threading.Lock()

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, seconds: float,
             limits: Limits = _USUAL) -> Response:
        """The answer, whatever its status: redirects are not followed. Headers that say how a request is written are
        not taken. Raises OSError where nothing can be asked or there is no answer, of it TimeoutError where there is
        none within so many seconds, UnsentError where nobody was asked, and AnswerTooLongError."""
        end = time.monotonic() + seconds
        try:
            parts = split_url(url)
            address = parse_address(f"{parts.scheme}://{parts.netloc}")
            target, headers = format_target(parts), complete_headers(headers, address)
        except ValueError as exc:
            raise UnsentError(f"nothing can be asked: {exc}") from None
        host = self._hosts.get(address) or self._open(address)
        return host.send(method, target, headers, body, end, limits)

    def _open(self, address: Address) -> Host:
        """What the environment says of a host is read once, also where several threads come first."""
        with self._opening:
            if address not in self._hosts:
                environment = read_environment(address.url)
                trust = find_trust({**environment, "verify": self._authorities or environment["verify"]})
                way = find_way(address, trust, find_proxy(address, environment["proxies"]))
                self._hosts[address] = Host(way, self._kept, self._idle_seconds)
            return self._hosts[address]
