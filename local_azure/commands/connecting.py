"""Talking to the local Azure that runs in a folder, from another process."""
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from ..certificates import trust
from ..endpoints import Endpoints, NotRunningError
from .failure import CommandError

_TIMEOUT = httpx.Timeout(60, connect=5)


@contextmanager
def connected(folder: Path) -> Iterator[tuple[Endpoints, httpx.Client]]:
    """Its endpoints and a client that trusts its certificates, for requests inside the `with`.

    Raises NotRunningError where none runs, CommandError where one runs but does not answer.
    """
    endpoints = Endpoints.load(folder)
    gone = NotRunningError(f"the local Azure that ran in {folder} has gone: start one with `make up`, in another "
                           "terminal")
    try:
        trusted = trust(Path(endpoints.certificate_authority))
    except OSError as exc:
        raise gone from exc
    try:
        with httpx.Client(verify=trusted, timeout=_TIMEOUT, trust_env=False) as client:
            yield endpoints, client
    except httpx.ConnectError as exc:
        raise gone from exc
    except httpx.HTTPError as exc:
        raise CommandError(f"the local Azure in {folder} does not answer ({type(exc).__name__})") from exc


def read_error(response: httpx.Response) -> str:
    """Why a service refused: the message of its error where it has one, as Azure's do, else all that it answered."""
    try:
        error = response.json()["error"]
        return str(error.get("@message") or error["message"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return f"HTTP {response.status_code} {response.text}".rstrip()
