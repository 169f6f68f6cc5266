"""The token of the app's identity for one service: kept, renewed in time, awaited no longer than a delivery may take.

azure-identity keeps tokens too, but its own time limits know nothing of a deadline.
"""
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError, HttpResponseError

from .deadline import Deadline
from .errors import IdentityError, IdentityUnavailableError
from .transient import TRANSIENT_STATUSES

_RENEWED_SECONDS = 300  # before it expires
_REFUSED = re.compile(r"Token request error: \(\w+\) 4(?!08|29)\d\d, |no response from the IMDS endpoint|"
                      r"AADSTS(?!(?:90012|90024|90033|90055|90090|90091)\b)\d")
"""What azure-identity's chain leaves of an answer is a text: of App Service's, of Entra ID's, of none where no identity
is enabled. The codes that are left out are Entra ID's for what passes: time-outs, throttling, itself unavailable."""

_CREDENTIAL = re.compile(r"\b(\w+Credential): (?:\1 )?")


class TokenSource:
    """Tokens for a scope, `https://monitor.azure.com/.default` for one; safe to use from many threads. `clock` counts
    seconds since the epoch."""

    def __init__(self, credential: TokenCredential, scope: str, clock: Callable[[], float] = time.time):
        self._credential, self._scope, self._clock = credential, scope, clock
        self._lock = threading.Lock()
        self._kept: AccessToken | None = None
        self._renewal: Future[AccessToken] | None = None

    def get(self, deadline: Deadline) -> str:
        """Raises IdentityError where there is none at all, IdentityUnavailableError where there is none in time or just
        now."""
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
            raise IdentityUnavailableError(f"no token for {self._scope} in time: the identity's endpoint is slow; "
                                           "Event Grid delivers the event again") from exc

    def begin(self) -> None:
        """Asks for a token before one is needed; raises nothing."""
        self._renew()

    def forget(self) -> None:
        """The service refused the token: the next one is asked for anew, of azure-identity, which may have it kept."""
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
            problem = _error_of(exc, self._scope)
        with self._lock:
            self._renewal = None
        renewal.set_exception(problem) if problem else renewal.set_result(token)


def in_one_line(said: str) -> str:
    """What azure-identity says, its list of what was tried included, without a colon after the name of a credential:
    redaction takes what stands there for a secret, and with it the cause."""
    lines = filter(None, (line.strip().rstrip(".:") for line in said.splitlines()))
    return _CREDENTIAL.sub(r"\1, ", "; ".join(lines))


def _error_of(exc: Exception, scope: str) -> IdentityError:
    """Final only where the answer says so: to ask in vain costs less than to give up what passes."""
    said = exc.message if isinstance(exc, AzureError) else type(exc).__name__
    status = exc.status_code if isinstance(exc, HttpResponseError) else None
    if status is None:
        is_refused = bool(_REFUSED.search(said))
    else:
        is_refused = 400 <= status < 500 and status not in TRANSIENT_STATUSES
    error, when = (IdentityError, "") if is_refused else (IdentityUnavailableError, "if this lasts, ")
    return error(f"no token for {scope} ({in_one_line(said)}); {when}enable the managed identity of the Function App, "
                 "or set TENANT_ID, APP_ID and SERVICE_PRINCIPAL_PASSWORD, or run az login")
