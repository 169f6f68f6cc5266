"""The authorities whose certificates are trusted: those that requests finds in the environment, REQUESTS_CA_BUNDLE, or
else those that it brings. They are read once, which takes longer than a request."""
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from ssl import SSLContext
from typing import Any

import requests
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util.ssl_ import create_urllib3_context

from .errors import UnsentError

_reading = threading.Lock()


def read_environment(host: str) -> Mapping[str, Any]:
    """What the environment says of connections to a host: `proxies`, and `verify`, which may name authorities."""
    return requests.Session().merge_environment_settings(host, {}, None, None, None)


def find_trust(environment: Mapping[str, Any]) -> SSLContext:
    """Raises UnsentError where the authorities cannot be read."""
    authorities = environment["verify"]
    with _reading:
        return _load(authorities if isinstance(authorities, str) else DEFAULT_CA_BUNDLE_PATH)


def read_authorities() -> None:
    """Before the first connection needs them; whoever opens one meanwhile waits. What is wrong with them shows then."""
    with suppress(UnsentError):
        find_trust(read_environment("https://"))


@cache
def _load(authorities: str) -> SSLContext:
    """A file or a folder of certificates."""
    context = create_urllib3_context()
    context.set_alpn_protocols(["http/1.1"])
    is_folder = Path(authorities).is_dir()
    try:
        context.load_verify_locations(None if is_folder else authorities, authorities if is_folder else None)
    except OSError as exc:
        raise UnsentError(f"the authorities of {authorities} cannot be read: {exc}") from exc
    return context
