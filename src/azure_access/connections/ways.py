"""The ways to a host: directly, or through a proxy, which hands on what is asked over HTTP, and leads a tunnel to where
TLS is spoken. What differs is how a connection is opened, and how each request begins there."""
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from ssl import SSLContext, SSLSocket

from .addresses import Address
from .limits import seconds_left
from .nested_tls import NestedTls
from .parsing import AnswerParser
from .proxies import Proxy

Connection = socket.socket | NestedTls
_PIECE_BYTES = 1 << 16
_WHO_ASKS = "; it wants to know who asks: put that into its address in the environment, before the host"


@dataclass(frozen=True, slots=True)
class Way:
    """`told` is what errors call it. `open` returns a connection, and raises OSError where there is none before that
    time of the monotonic clock. `prefix` stands before each target, `lines` before the other headers."""

    told: str
    open: Callable[[float], Connection]
    prefix: str = ""
    lines: str = ""


def find_way(address: Address, trust: SSLContext, proxy: Proxy | None) -> Way:
    """Over `http` nothing is encrypted, and nobody has to be trusted."""
    if proxy is None:
        return Way(address.host, partial(_connect, address, trust))
    told = f"{address.host} through the proxy {proxy.address.host}"
    if address.scheme == "https":
        return Way(told, partial(_open_tunnel, address, trust, proxy))
    return Way(told, partial(_connect_to_proxy, proxy, trust), address.url, proxy.lines)


def _open_tunnel(address: Address, trust: SSLContext, proxy: Proxy, end: float) -> Connection:
    connection = _connect_to_proxy(proxy, trust, end)
    try:
        _ask_for_tunnel(connection, address, proxy, end)
        seconds = seconds_left(end)
        if isinstance(connection, SSLSocket):
            return NestedTls(connection, trust, address.certified_name, seconds)
        connection.settimeout(seconds)
        return trust.wrap_socket(connection, server_hostname=address.certified_name)
    except BaseException:
        connection.close()
        raise


def _ask_for_tunnel(connection: socket.socket, address: Address, proxy: Proxy, end: float) -> None:
    """What stands behind the head of the answer is nobody's: in a tunnel the host waits to be spoken to."""
    connection.settimeout(seconds_left(end))
    connection.sendall(f"CONNECT {address.authority} HTTP/1.1\r\nHost: {address.authority}\r\n{proxy.lines}\r\n"
                       .encode("latin-1"))
    answer = AnswerParser()
    while not answer.status:
        connection.settimeout(seconds_left(end))  # it holds for each piece alone: they may drip
        answer.feed(connection.recv(_PIECE_BYTES))
    if answer.status >= 300:
        raise ConnectionError(f"the proxy answers with HTTP {answer.status}"
                              f"{_WHO_ASKS if answer.status == 407 else ''}")


def _connect_to_proxy(proxy: Proxy, trust: SSLContext, end: float) -> socket.socket:
    try:
        return _connect(proxy.address, trust, end)
    except TimeoutError:
        raise
    except OSError as exc:
        raise ConnectionError(f"the proxy cannot be reached: {exc}") from exc


def _connect(address: Address, trust: SSLContext, end: float) -> socket.socket:
    connection = _connect_plainly(address, end)
    try:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(seconds_left(end))
        if address.scheme == "http":
            return connection
        return trust.wrap_socket(connection, server_hostname=address.certified_name)
    except BaseException:
        connection.close()
        raise


def _connect_plainly(address: Address, end: float) -> socket.socket:
    """Each address of the name gets its share of the time; to look the name up takes what it takes."""
    found = socket.getaddrinfo(address.name, address.port, type=socket.SOCK_STREAM)
    problem: OSError = ConnectionError("the name has no address")
    for position, (family, kind, protocol, _, place) in enumerate(found):
        seconds = seconds_left(end) / (len(found) - position)
        try:
            connection = socket.socket(family, kind, protocol)  # which a system without IPv6 may refuse
        except OSError as exc:
            problem = exc
            continue
        try:
            connection.settimeout(seconds)
            connection.connect(place)
            return connection
        except OSError as exc:
            connection.close()
            problem = exc
    raise problem
