"""What is asked, as it is written to a connection: the address of a host, the target there, and the headers. Pure."""
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

import idna

_PORTS = {"http": 80, "https": 443}
_UNPRINTABLE = re.compile(r"[^!-~]")
_QUOTED = re.compile(r'[^!-~]|["<>\\^`{|}]')  # RFC 3986, 2: no URL has them
_UNQUOTED = "".join(letter for letter in map(chr, range(0x21, 0x7f)) if not _QUOTED.match(letter))
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_HEADER_VALUE = re.compile(r"[\t -~\x80-\xff]*")
_USUAL_HEADERS = {"Accept-Encoding": "gzip", "User-Agent": "pipeline-run-monitor"}
_FRAMING = frozenset({"accept-encoding", "connection", "content-length", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Address:
    """`name` is in ASCII, `host` is what a request says of whom it is for."""

    scheme: str
    name: str
    port: int

    @property
    def authority(self) -> str:
        """The name and the port, as a proxy is told where a tunnel leads to."""
        return f"[{self.name}]:{self.port}" if ":" in self.name else f"{self.name}:{self.port}"

    @property
    def host(self) -> str:
        return self.authority.removesuffix(f":{_PORTS[self.scheme]}")

    @property
    def certified_name(self) -> str:
        """As certificates have it: without the dot of the root, or the zone of an address."""
        return self.name.partition("%")[0].rstrip(".")

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}"


def split_url(url: str) -> SplitResult:
    """Raises ValueError, which does not quote what may be secret."""
    try:
        found = urlsplit(url)
        found.port  # is looked at when it is asked for
    except ValueError:
        raise ValueError("no address of a web server") from None
    return found


@lru_cache(256)
def parse_address(origin: str) -> Address:
    """Of `https://host:port`, where someone may be named before the host. Raises ValueError where it is none of a web
    server."""
    url = split_url(origin)
    if url.scheme not in _PORTS or not url.hostname:
        raise ValueError("no address of a web server")
    return Address(url.scheme, _encode(url.hostname), url.port or _PORTS[url.scheme])


def authorize(url: SplitResult) -> str | None:
    """The header's value by which someone who is named before the host, with a password, says who it is."""
    if not url.username:
        return None
    named = unquote_to_bytes(url.username) + b":" + unquote_to_bytes(url.password or "")
    return f"Basic {b64encode(named).decode()}"


def format_target(url: SplitResult) -> str:
    """The URL from its path on; what no URL has is quoted."""
    target = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
    return quote(target, safe=_UNQUOTED, errors="replace") if _QUOTED.search(target) else target


def complete_headers(headers: Mapping[str, str], address: Address) -> Mapping[str, str]:
    """With the usual ones that are not among them, and without those that say how a request is written. Raises
    ValueError, which does not quote what may be secret."""
    if not (all(map(_HEADER_NAME.fullmatch, headers)) and all(map(_HEADER_VALUE.fullmatch, headers.values()))):
        raise ValueError("a header holds what no header can")
    given = {name: value for name, value in headers.items() if name.casefold() not in _FRAMING}
    names = set(map(str.casefold, given))
    usual = {"Host": address.host, **_USUAL_HEADERS}
    return {**{name: value for name, value in usual.items() if name.casefold() not in names}, **given}


def _encode(name: str) -> str:
    """Names with other letters than those of ASCII, as browsers do."""
    try:
        found = name if name.isascii() else idna.encode(name, uts46=True).decode("ascii")
        found.encode("idna")  # as whoever looks it up does
    except UnicodeError as exc:  # those of idna are of it
        raise ValueError("no name of a host") from exc
    if _UNPRINTABLE.search(found):  # a system looks up no more than what stands before a NUL
        raise ValueError("no name of a host")
    return found
