"""How every service of Azure Machine Learning takes a request and answers it: first the token, then JSON or an error.

Answers have the shapes of the services' REST models; a posted query is answered in pages, any other list in one,
whatever its length.
"""
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from local_azure.identity.models import bearer_token
from local_azure.machine_learning.run_history.filters import FilterError
from local_azure.machine_learning.run_history.models import NotFoundError, RunHistory, WorkspaceHistory
from local_azure.scenarios.models import ARM_ID

Parameters = Mapping[str, Any]
"""What stands in the path of a request, and in its body where that is a query."""
Answer = Callable[[WorkspaceHistory, Parameters], dict[str, Any]]


class _Answer(JSONResponse):
    """JSON in ASCII: what a run says is answered as it is, a lone surrogate and a NaN too."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content).encode()


def endpoint(history: RunHistory, answer: Answer,
             is_valid: Callable[[str], bool]) -> Callable[[Request], Awaitable[JSONResponse]]:
    """Serves the answer to the parameters in the path and, where a query is posted, in the body."""
    async def respond(request: Request) -> JSONResponse:
        token = bearer_token(request.headers.get("Authorization"))
        if token is None:
            return _error(401, "Bearer token not provided.", "AuthorizationError")
        if not is_valid(token):
            return _error(401, "The token is for another audience.", "AuthorizationError")
        posted = await request.json() if request.method == "POST" else {}
        parameters = {**posted, **request.path_params}
        try:
            return _Answer(answer(history.workspace(ARM_ID.format(**parameters)), parameters))
        except NotFoundError as error:
            return _error(404, str(error), "NotFoundError")
        except FilterError as error:
            return _error(400, str(error), "BadArgument")
    return respond


def page(value: list[dict[str, Any]], parameters: Parameters = {}) -> dict[str, Any]:
    """The part of a list that was asked for; the token of the next page says where it starts."""
    start = int(parameters.get("continuationToken") or 0)
    end = start + int(parameters.get("top") or len(value))
    return {"value": value[start:end], "continuationToken": str(end) if end < len(value) else None}


def _error(status_code: int, message: str, inner_code: str) -> JSONResponse:
    error = {"code": "UserError", "message": message, "messageParameters": {}, "details": [],
             "innerError": {"code": inner_code}}
    return JSONResponse({"error": error, "componentName": "run-history"}, status_code)
