"""What a failed call to Azure Machine Learning means: one of this package's errors, with the cause and the cure.

azureml-core and what it is made of wrap each other's exceptions; what counts is the HTTP status at the bottom, or
that there is none.
"""
from collections.abc import Iterator
from contextlib import contextmanager

from redaction.late_redactor import redact_text

from .errors import IdentityError, MonitorError, RunHistoryError, RunNotFoundError
from .transient import TRANSIENT_STATUSES, parse_retry_after

_QUOTED = 300  # characters of what another package says
_MALFORMED = (ValueError, TypeError, AttributeError, LookupError)


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turns whatever is raised inside into an error that names `what` was read."""
    try:
        yield
    except MonitorError:
        raise
    except Exception as exc:
        raise _translate(exc, what) from exc


def _translate(exc: Exception, what: str) -> MonitorError:
    chain = list(_chain(exc))
    own = next((cause for cause in chain if isinstance(cause, MonitorError)), None)
    if own is not None:
        return own
    responses = (getattr(cause, "response", None) for cause in chain)
    response = next((found for found in responses if found is not None), None)
    status = getattr(response, "status_code", None)
    if status == 404:
        return RunNotFoundError(f"{what} not found: it may not be visible yet; if this lasts, check that the settings "
                                "name the workspace and that the run was not deleted")
    if status in (401, 403):
        return IdentityError(f"not allowed to read {what} (HTTP {status}): give the identity of the Function App a "
                             "role on the workspace that may read runs, for one AzureML Data Scientist")
    is_malformed = isinstance(exc, _MALFORMED)
    cause = "throttled" if status == 429 else f"HTTP {status}" if status else _describe(exc, is_malformed)
    return RunHistoryError(
        f"could not read {what}: {cause}; Event Grid delivers the event again. If this lasts, look at the health of "
        "Azure Machine Learning",
        is_transient=status is None or status in TRANSIENT_STATUSES, is_malformed=is_malformed,
        wait_seconds=parse_retry_after((getattr(response, "headers", None) or {}).get("Retry-After")))


def _describe(exc: Exception, is_malformed: bool) -> str:
    """What was read stays out of it, since nobody knows what that holds."""
    name = type(exc).__name__
    return f"the answer makes no sense ({name})" if is_malformed else f"{name}: {redact_text(str(exc))[:_QUOTED]}"


def _chain(exc: BaseException | None) -> Iterator[BaseException]:
    """The exception and what it came from."""
    seen: set[int] = set()
    while isinstance(exc, BaseException) and id(exc) not in seen:
        seen.add(id(exc))
        yield exc
        inner = getattr(exc, "inner_exception", None)  # may be an answer instead of an exception
        exc = inner if isinstance(inner, BaseException) else exc.__cause__ or exc.__context__
