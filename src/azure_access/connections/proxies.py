"""The proxy that the environment names for a host, as it is to be asked. Pure."""
from collections.abc import Mapping
from dataclasses import dataclass

from requests.utils import select_proxy

from .addresses import Address, authorize, parse_address, split_url
from .errors import UnsentError

_NAMES = "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY"
_CURE = "put the address of a proxy of HTTP there, as in http://host:port, or remove it"


@dataclass(frozen=True, slots=True)
class Proxy:
    """`authorization` says who asks, where the environment does."""

    address: Address
    authorization: str | None

    @property
    def lines(self) -> str:
        """Of the head of each request that it is to understand."""
        return f"Proxy-Authorization: {self.authorization}\r\n" if self.authorization else ""


def find_proxy(address: Address, proxies: Mapping[str, str]) -> Proxy | None:
    """None where the host is asked directly. Raises UnsentError, which does not quote what may be secret."""
    named = select_proxy(address.url, dict(proxies))
    return _parse(named) if named else None


def _parse(named: str) -> Proxy:
    """One whose scheme is not said is asked by plain HTTP."""
    try:
        url = split_url(named if "://" in named else f"http://{named.removeprefix('//')}")
        if url.scheme.startswith("socks"):
            raise UnsentError(f"the proxy of the environment is one of SOCKS, which is not spoken here: look at "
                              f"{_NAMES}, and {_CURE}")
        if "@" in f"{url.path}{url.query}{url.fragment}":  # a part of a password that is not quoted would be told
            raise ValueError
        return Proxy(parse_address(f"{url.scheme}://{url.netloc}"), authorize(url))
    except ValueError:
        raise UnsentError(f"the proxy of the environment has no address that can be used: look at {_NAMES}, and {_CURE}"
                          ) from None
