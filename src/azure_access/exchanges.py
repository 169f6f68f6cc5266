"""One request over connections that are kept, and its answer, within time limits.

What an answer means, and whether another attempt may do harm, is for who asks to say.
"""
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

from .connections.kept_connections import KeptConnections
from .connections.limits import MOST_BYTES, Limits
from .connections.parsing import Response


@dataclass(frozen=True, slots=True)
class Sent:
    """`token` goes as a bearer token, where there is one. An answer of more than `most_bytes` is not read."""

    method: str
    url: str
    token: str | None = None
    body: bytes | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    most_bytes: int = MOST_BYTES


def exchange(connections: KeptConnections, sent: Sent, seconds: float, connecting_seconds: float,
             silent_seconds: float = math.inf) -> Response:
    """All of it within `seconds`, a connection within `connecting_seconds`, and with no longer pause than
    `silent_seconds`. Raises as `KeptConnections.send` does."""
    headers = dict(sent.headers) if sent.token is None else {**sent.headers, "Authorization": f"Bearer {sent.token}"}
    query = f"{'&' if '?' in sent.url else '?'}{urlencode(sent.query)}" if sent.query else ""
    return connections.send(sent.method, sent.url + query, headers, sent.body, seconds,
                            Limits(connecting_seconds, silent_seconds, sent.most_bytes))


def time_of(received: Response) -> datetime:
    """When it was given, in UTC, by the clock of whoever gave it, which has made the times in it too: each answer of
    Azure has a header that tells it. By this machine's, where there is none."""
    try:
        moment = parsedate_to_datetime(received.headers.get("Date", ""))
        return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return datetime.now(timezone.utc)
