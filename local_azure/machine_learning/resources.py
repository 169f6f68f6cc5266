"""How what a workspace has is managed through Resource Manager: the token first, then JSON or an error in its shape."""
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local_azure.bodies import AsciiJson
from local_azure.machine_learning.answering import parse_body
from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.run_history.models import NotFoundError, RunHistory, WorkspaceHistory
from local_azure.machine_learning.shapes import check
from local_azure.resource_manager.routes import error, refusal
from local_azure.scenarios.models import ARM_ID


@dataclass(frozen=True, slots=True)
class ResourceCall:
    """`base_url` is where Resource Manager was asked, without a slash at its end."""

    history: WorkspaceHistory
    path: Mapping[str, str]
    body: Mapping[str, Any]
    base_url: str

    @property
    def properties(self) -> Mapping[str, Any]:
        """Raises ServiceError."""
        found: Mapping[str, Any] = check(self.body, {"properties": dict})["properties"]
        return found

    def arm_id(self, *parts: str) -> str:
        return "/".join((self.history.arm_id, *parts))


ResourceAnswer = Callable[[ResourceCall], Awaitable[Any]]
"""What is answered as JSON, None as 204, a response as it is. Raises NotFoundError or ServiceError."""


def resource_routes(answers: Mapping[str, ResourceAnswer], history: RunHistory,
                    is_valid: Callable[[str], bool]) -> list[Route]:
    """`answers` by method and path, which begins below the workspace."""
    found = []
    for name, answer in answers.items():
        method, _, path = name.partition(" ")
        found.append(Route(f"{ARM_ID}{path}", _endpoint(history, answer, is_valid), methods=[method]))
    return found


def _endpoint(history: RunHistory, answer: ResourceAnswer,
              is_valid: Callable[[str], bool]) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        if refused := refusal(request, is_valid):
            return refused
        try:
            call = ResourceCall(history.workspace(ARM_ID.format(**request.path_params)), request.path_params,
                                check(parse_body(await request.body()), dict), str(request.base_url).rstrip("/"))
            answered = await answer(call)
        except NotFoundError as problem:
            return error(404, "ResourceNotFound", str(problem))
        except ServiceError as problem:
            return error(problem.status, problem.inner_code, str(problem))
        if isinstance(answered, Response):
            return answered
        return Response(status_code=204) if answered is None else AsciiJson(answered)
    return respond
