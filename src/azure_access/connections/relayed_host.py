"""A host that is reached through the proxy of the environment, by urllib3, which knows the kinds of proxies."""
import time
from collections.abc import Mapping
from ssl import SSLContext
from urllib.parse import SplitResult

from requests.utils import prepend_scheme_if_needed
from urllib3 import Timeout
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as TimeoutHTTPError
from urllib3.util import make_headers

from .answers import Response
from .bodies import read_until
from .sessions import LastingAdapter

_DECODED = make_headers(accept_encoding=True)


class RelayedHost:
    """Safe to use from many threads."""

    def __init__(self, address: SplitResult, trust: SSLContext, kept: int, proxy: str):
        """`proxy` is an address, of HTTP where it does not say."""
        manager = LastingAdapter(pool_maxsize=kept).proxy_manager_for(
            prepend_scheme_if_needed(proxy, "http"), ssl_context=trust)
        self._address = f"{address.scheme}://{address.netloc}"
        self._pool = manager.connection_from_url(self._address)
        self._is_told_host = address.scheme == "http"  # else a tunnel leads there

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, end: float) -> Response:
        """As that of a host that is reached without one."""
        url = self._address + target if self._is_told_host else target
        try:
            found = self._pool.urlopen(
                method, url, headers={**_DECODED, **headers}, body=body, timeout=Timeout(total=end - time.monotonic()),
                retries=False, redirect=False, assert_same_host=not self._is_told_host, preload_content=False)
            return Response(found.status, found.headers, read_until(end, found))
        except TimeoutHTTPError as exc:
            raise TimeoutError(f"no answer from {self._address} through its proxy in time") from exc
        except HTTPError as exc:
            raise ConnectionError(f"no answer from {self._address} through its proxy: {exc}") from exc
