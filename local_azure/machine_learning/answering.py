"""How every service of Azure Machine Learning takes a request and answers it: first the token, then JSON or an error.

Answers have the shapes of the services' REST models; a posted query is answered in pages, any other list in one,
whatever its length.
"""
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local_azure.bodies import AsciiJson
from local_azure.identity.models import bearer_token
from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.run_history.filters import FilterError
from local_azure.machine_learning.run_history.models import NotFoundError, RunHistory, WorkspaceHistory
from local_azure.machine_learning.shapes import Shape, check
from local_azure.scenarios.models import ARM_ID


@dataclass(frozen=True, slots=True)
class Call:
    """A request to a workspace: its history, what stands in the path and in the query, and the JSON of the body, which
    is an empty object where there is none."""

    history: WorkspaceHistory
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any

    def read(self, shape: Shape) -> Any:
        """The body, if it looks like that. Raises ServiceError."""
        return check(self.body, shape)


Answer = Callable[[Call], Any]
"""What is answered as JSON, None as an empty body, a response as it is. Raises NotFoundError, FilterError or
ServiceError."""
Answers = Mapping[str, Answer]
"""By method and path."""


def routes_of(answers: Answers, history: RunHistory, is_valid: Callable[[str], bool]) -> list[Route]:
    """Routes for those with a bearer token that `is_valid`."""
    found = []
    for name, answer in answers.items():
        method, _, path = name.partition(" ")
        found.append(Route(path, _endpoint(history, answer, is_valid), methods=[method]))
    return found


def _endpoint(history: RunHistory, answer: Answer,
              is_valid: Callable[[str], bool]) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        token = bearer_token(request.headers.get("Authorization"))
        if token is None:
            return _error(401, "Bearer token not provided.", "AuthorizationError")
        if not is_valid(token):
            return _error(401, "The token is for another audience.", "AuthorizationError")
        try:
            call = Call(history.workspace(ARM_ID.format(**request.path_params)), request.path_params,
                        request.query_params, parse_body(await request.body()))
            answered = answer(call)
        except NotFoundError as error:
            return _error(404, str(error), "NotFoundError")
        except FilterError as error:
            return _error(400, str(error), "BadArgument")
        except ServiceError as error:
            return _error(error.status, str(error), error.inner_code)
        if isinstance(answered, Response):
            return answered
        return Response() if answered is None else AsciiJson(answered)
    return respond


def page(value: list[dict[str, Any]], asked: Mapping[str, Any] = {}) -> dict[str, Any]:
    """The part of a list that was asked for; the token of the next page says where it starts. Raises ServiceError."""
    start = whole_number(asked.get("continuationToken") or "0", "continuationToken")
    end = start + int(asked.get("top") or len(value))
    return {"value": value[start:end], "continuationToken": str(end) if end < len(value) else None}


def whole_number(text: str, name: str) -> int:
    """Raises ServiceError."""
    if not (text.isdecimal() and len(text) < 10):
        raise ServiceError(400, f"{name} has to be a whole number.")
    return int(text)


def parse_body(body: bytes) -> Any:
    """An empty object where there is none. Raises ServiceError."""
    try:
        return json.loads(body) if body else {}
    except (ValueError, RecursionError) as exc:
        raise ServiceError(400, f"The body is no JSON: {exc}", "BadArgument") from exc


def _error(status_code: int, message: str, inner_code: str) -> Response:
    error = {"code": "UserError", "message": message, "messageParameters": {}, "details": [],
             "innerError": {"code": inner_code}}
    return AsciiJson({"error": error, "componentName": "run-history"}, status_code)
