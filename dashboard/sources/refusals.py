"""Why Azure gave no answer, in words that say what to do."""
from typing import Any

import httpx

from dashboard.sources.source import SourceError

_SHOWN = 500  # characters of what the service says


def refusal(response: httpx.Response, resource: str, role: str, query_seconds: int) -> SourceError:
    """The error of an answer with a status of 400 and more, but 429."""
    status, error = response.status_code, _error(response)
    innermost = _innermost(error)
    said = str(innermost.get("message") or "")[:_SHOWN]
    because = f" ({said})" if said else ""
    match status:
        case 400:
            return SourceError(said or "The query has a mistake (HTTP 400)", _number(innermost.get("line")),
                               _number(innermost.get("pos")))
        case 401:
            return SourceError(f"{resource} does not know this identity (HTTP 401): run az login again{because}")
        case 403:
            return SourceError(f"This identity may not read {resource} (HTTP 403): give it the role {role} "
                               f"there{because}")
        case 404:
            return SourceError(f"There is no {resource} (HTTP 404): check the id, and AZURE_CLOUD{because}")
        case 504:
            return SourceError(f"The query took longer than {query_seconds} s (HTTP 504): choose a shorter time, or "
                               "start with a longer --query-limit")
    return SourceError(f"{resource} is down or busy (HTTP {status}); the page asks again by itself{because}",
                       wait_seconds=30.0)


def _error(response: httpx.Response) -> dict[str, Any]:
    try:
        error = response.json()["error"]
    except (ValueError, LookupError, TypeError):
        return {}
    return error if isinstance(error, dict) else {"message": error}


def _innermost(error: dict[str, Any]) -> dict[str, Any]:
    """Errors of Azure Monitor are nested, and the last one has the reason."""
    while isinstance(error.get("innererror"), dict):
        error = error["innererror"]
    return error


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None
