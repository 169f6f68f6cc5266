"""The token of the app's identity for one service: kept, renewed in time, awaited no longer than a delivery may take.

azure-identity keeps tokens too, but its own time limits know nothing of a deadline.
"""
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError

from .deadline import Deadline
from .errors import IdentityError

_RENEWED_SECONDS = 300  # before it expires


class TokenSource:
    """Tokens for a scope, `https://monitor.azure.com/.default` for one; safe to use from many threads. `clock` counts
    seconds since the epoch."""

    def __init__(self, credential: TokenCredential, scope: str, clock: Callable[[], float] = time.time):
        self._credential, self._scope, self._clock = credential, scope, clock
        self._lock = threading.Lock()
        self._kept: AccessToken | None = None
        self._renewal: Future[AccessToken] | None = None

    def get(self, deadline: Deadline) -> str:
        """Raises IdentityError where there is no token in time, or none at all."""
        kept = self._kept
        if kept and kept.expires_on - self._clock() > _RENEWED_SECONDS:
            return kept.token
        try:
            return self._renew().result(deadline.remaining_seconds()).token
        except (IdentityError, TimeoutError) as exc:
            if kept and kept.expires_on > self._clock():
                return kept.token
            if isinstance(exc, IdentityError):
                raise
            raise IdentityError(f"no token for {self._scope} in time: the identity's endpoint is slow; Event Grid "
                                "delivers the event again") from exc

    def begin(self) -> None:
        """Asks for a token before one is needed; raises nothing."""
        self._renew()

    def forget(self) -> None:
        """The service refused the token: the next one is asked for anew."""
        self._kept = None

    def _renew(self) -> Future[AccessToken]:
        """One request for all who wait."""
        with self._lock:
            if self._renewal is None:
                self._renewal = Future()
                threading.Thread(target=self._ask, args=(self._renewal,), name="token", daemon=True).start()
            return self._renewal

    def _ask(self, renewal: Future[AccessToken]) -> None:
        problem = None
        try:
            token = self._kept = self._credential.get_token(self._scope)
        except Exception as exc:  # whatever it is, those who wait must hear of it
            said = exc.message if isinstance(exc, AzureError) else type(exc).__name__
            problem = refused(self._scope, said)
        with self._lock:
            self._renewal = None
        renewal.set_exception(problem) if problem else renewal.set_result(token)


def refused(what: str, said: str) -> IdentityError:
    """The error of an identity that gets no token for a scope or an audience; `said` is the reason it was given."""
    return IdentityError(f"no token for {what}: {said}; enable the managed identity of the Function App, or set "
                         "TENANT_ID, APP_ID and SERVICE_PRINCIPAL_PASSWORD, or run az login")
