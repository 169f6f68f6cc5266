"""A host that is reached through the proxy of the environment, by urllib3, which knows the kinds of proxies."""
from collections.abc import Mapping
from ssl import SSLContext

from requests.utils import prepend_scheme_if_needed
from urllib3 import Timeout
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as TimeoutHTTPError

from .addresses import Address
from .parsing import Response
from .sessions import LastingAdapter
from .time_limits import read_until, seconds_left


class RelayedHost:
    """Safe to use from many threads."""

    def __init__(self, address: Address, trust: SSLContext, kept: int, proxy: str):
        """`proxy` is an address, of HTTP where it does not say. Raises ConnectionError where it is none."""
        self._url = address.url
        try:
            found = prepend_scheme_if_needed(proxy, "http")
            own = {"proxy_ssl_context": trust} if found.lower().startswith("https:") else {}
            manager = LastingAdapter(pool_maxsize=kept).proxy_manager_for(found, ssl_context=trust, **own)
            self._pool = manager.connection_from_url(self._url)
        except (HTTPError, ValueError) as exc:  # which may quote its password
            raise ConnectionError(
                f"the proxy of the environment has no address that can be used: {type(exc).__name__}") from None
        self._is_told_host = address.scheme == "http"  # else a tunnel leads there

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, end: float) -> Response:
        """As a host does that is reached without one; but the time is that of each piece until the body begins."""
        try:
            found = self._pool.urlopen(
                method, self._url + target if self._is_told_host else target, headers=headers, body=body,
                timeout=Timeout(total=seconds_left(end)), retries=False, redirect=False,
                assert_same_host=not self._is_told_host, preload_content=False)
            return Response(found.status, found.headers, read_until(end, found))
        except HTTPError as exc:
            if isinstance(exc, TimeoutHTTPError) and not isinstance(exc, NewConnectionError):
                raise TimeoutError(f"no answer from {self._url} through its proxy in time") from exc
            raise ConnectionError(f"no answer from {self._url} through its proxy: {exc}") from exc
