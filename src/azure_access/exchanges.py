"""One request over the connections of a session, and its answer, within a time limit.

Redirects are not followed: whoever is asked has a token, which is nobody else's. What an answer means, and whether
another attempt may do harm, is for who asks to say.
"""
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from .connections.time_limits import pieces_until


@dataclass(frozen=True, slots=True)
class Sent:
    """`token` goes as a bearer token, where there is one. An answer of more than `most_bytes` is not read."""

    method: str
    url: str
    token: str | None = None
    body: bytes | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    most_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """Of whatever status. `headers` are looked up without regard to case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class AnswerTooLongError(Exception):
    """It has more bytes than are taken."""


def exchange(session: requests.Session, sent: Sent, seconds: float, connecting_seconds: float,
             silent_seconds: float = math.inf) -> Received:
    """All of it within `seconds`, and with no longer pause in the answer than `silent_seconds`.

    Raises RequestException of requests where there is no answer in time, ConnectTimeout where nothing can have been
    done, and AnswerTooLongError.
    """
    if not seconds:
        raise requests.ConnectTimeout("no time is left")
    end = time.monotonic() + seconds
    with session.request(
            sent.method, sent.url, params=sent.query, data=sent.body, stream=True, allow_redirects=False,
            headers=sent.headers, auth=None if sent.token is None else _Bearer(sent.token),
            timeout=(min(connecting_seconds, seconds), min(silent_seconds, seconds))) as response:
        return Received(response.status_code, response.headers, _read(response, sent, end))


def _read(response: requests.Response, sent: Sent, end: float) -> bytes:
    content = bytearray()
    try:
        for piece in pieces_until(end, response.raw):
            content += piece
            if sent.most_bytes is not None and len(content) > sent.most_bytes:
                raise AnswerTooLongError
    except HTTPError as exc:
        raise requests.ConnectionError(type(exc).__name__) from exc
    return bytes(content)


class _Bearer(AuthBase):
    """As a header alone, requests would let an entry of a .netrc file take its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request
