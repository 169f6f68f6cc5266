"""Who may use the namespace: the holder of a key, by a shared access signature, or of a token of Microsoft Entra ID.

A signature is an HMAC over the resource, as it stands in the token, and the end of its life ("Service Bus access
control with Shared Access Signatures").
"""
import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, quote_plus, unquote_plus

from local_azure.clock import Clock
from local_azure.identity.models import bearer_token

RESOURCE = "https://servicebus.azure.net"
"""What a token of Microsoft Entra ID must be for."""
SCHEME = "SharedAccessSignature"


def shared_access_signature(resource: str, key_name: str, key: str, expires_on: int) -> str:
    """The value of an `Authorization` header: rights on the resource, a URL, until a second since the epoch."""
    encoded = quote_plus(resource)
    return (f"{SCHEME} sr={encoded}&sig={quote_plus(_sign(encoded, expires_on, key))}&se={expires_on}"
            f"&skn={quote_plus(key_name)}")


class Authorization:
    """Checks the `Authorization` header of requests; `keys` by name, `is_valid` says whether a token is for the
    namespace."""

    def __init__(self, keys: Mapping[str, str], is_valid: Callable[[str], bool], clock: Clock) -> None:
        self._keys, self._is_valid, self._clock = keys, is_valid, clock

    def allows(self, header: str | None, url: str) -> bool:
        """Whether the request to the URL, without its query, may be answered."""
        scheme, _, fields = (header or "").partition(" ")
        if scheme.lower() == SCHEME.lower():
            return self._is_signed(fields, url)
        token = bearer_token(header)
        return token is not None and self._is_valid(token)

    def _is_signed(self, text: str, url: str) -> bool:
        fields = dict(parse_qsl(text))
        raw = dict(part.split("=", 1) for part in text.split("&") if "=" in part)
        key, expires_on = self._keys.get(fields.get("skn", "")), fields.get("se", "")
        if key is None or not expires_on.isdecimal() or int(expires_on) <= self._clock.now().timestamp():
            return False
        signed = _without_scheme(unquote_plus(raw.get("sr", "")))
        expected = _sign(raw.get("sr", ""), int(expires_on), key)
        return (hmac.compare_digest(fields.get("sig", "").encode(), expected.encode())
                and f"{_without_scheme(url)}/".startswith(f"{signed}/"))


def _sign(encoded_resource: str, expires_on: int, key: str) -> str:
    return b64encode(hmac.digest(key.encode(), f"{encoded_resource}\n{expires_on}".encode(), "sha256")).decode()


def _without_scheme(url: str) -> str:
    return url.partition("://")[2].rstrip("/").lower()
