"""Who gets a token, and what is in it.

Tokens are JWTs: azureml-core reads their `exp` and `tid`. Some services here check no more than that there is one; what
was recorded is shown only to those who hold one of this issuer. Two kinds of caller get them: the app's managed
identity, known by the secret header that App Service hands to the app, and registered applications, known by a client
secret.
"""
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import jwt

TENANT_ID = "722595d7-167c-4a9a-b847-dcf4de414b79"
SYSTEM_ASSIGNED_CLIENT_ID = "5c0d7a4e-31f0-4a5b-9d53-0a86c1e0f2b7"

MANAGED_IDENTITY_LIFETIME_SECONDS = 86_400
APPLICATION_LIFETIME_SECONDS = 3_599


class IdentityError(Exception):
    """A token is refused. One subclass per reason."""


class WrongHeaderError(IdentityError):
    """The caller does not know the identity header, so it is not the app."""


class UnknownApplicationError(IdentityError):
    """The tenant has no application with this client id."""


class WrongSecretError(IdentityError):
    """The application exists; the secret is not its own."""


@dataclass(frozen=True, slots=True)
class Application:
    """An app registration with its one client secret."""

    tenant_id: str
    client_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; `expires_on` in seconds since the epoch."""

    value: str
    resource: str
    client_id: str
    expires_on: int


class TokenIssuer:
    """Issues tokens; `clock` returns seconds since the epoch."""

    def __init__(self, identity_header: str, clock: Callable[[], float] = time.time,
                 applications: Iterable[Application] = ()):
        self._identity_header = identity_header
        self._clock = clock
        self._signing_key = secrets.token_bytes(32)
        self._secrets = {(each.tenant_id, each.client_id): each.secret for each in applications}

    def token_for_managed_identity(self, identity_header: str | None, resource: str,
                                   client_id: str | None = None) -> Token:
        """A token for the system-assigned identity, or for the user-assigned one that `client_id` names.

        Raises WrongHeaderError.
        """
        if identity_header != self._identity_header:
            raise WrongHeaderError
        client_id = client_id or SYSTEM_ASSIGNED_CLIENT_ID
        return self._token(TENANT_ID, client_id, resource, MANAGED_IDENTITY_LIFETIME_SECONDS)

    def token_for_application(self, tenant_id: str, client_id: str, secret: str, scope: str) -> Token:
        """A token of the client credentials flow; `scope` is the resource followed by `/.default`.

        Raises UnknownApplicationError or WrongSecretError.
        """
        expected = self._secrets.get((tenant_id, client_id))
        if expected is None:
            raise UnknownApplicationError
        if secret != expected:
            raise WrongSecretError
        return self._token(tenant_id, client_id, scope.removesuffix("/.default"), APPLICATION_LIFETIME_SECONDS)

    def _token(self, tenant_id: str, client_id: str, resource: str, lifetime_seconds: int) -> Token:
        now = int(self._clock())
        expires_on = now + lifetime_seconds
        claims = {"aud": resource, "iss": f"https://sts.windows.net/{tenant_id}/", "iat": now, "nbf": now,
                  "exp": expires_on, "appid": client_id, "oid": client_id, "tid": tenant_id, "ver": "1.0"}
        return Token(jwt.encode(claims, self._signing_key, "HS256"), resource, client_id, expires_on)

    def is_valid(self, token: str, resource: str) -> bool:
        """Whether this issuer issued the token, for the resource, and it has not expired."""
        try:
            jwt.decode(token, self._signing_key, ["HS256"], audience=[resource, f"{resource}/"])
        except jwt.InvalidTokenError:
            return False
        return True


def bearer_token(authorization: str | None) -> str | None:
    """The token in the value of an `Authorization` header, or None where there is none."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
