"""The requests that invoke batch endpoints, and ask how a job is, as azure-ai-ml was seen to make them.

In Azure each endpoint has a host of its own; here its workspace and its name are in the path.
"""
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import jwt
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local_azure.bodies import AsciiJson
from local_azure.identity.models import bearer_token
from local_azure.machine_learning.answering import parse_body
from local_azure.machine_learning.batch_endpoints.models import (
    DEPLOYMENT_TAG, BatchEndpoint, BatchEndpoints, Invocation)
from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.run_history.models import NotFoundError, RunHistory, WorkspaceHistory
from local_azure.machine_learning.shapes import check
from local_azure.scenarios.models import ARM_ID, Run

_JOBS = f"/batch{ARM_ID}/endpoints/{{endpoint}}/jobs"
_STUDIO = "https://ml.azure.com/runs/{run_id}?wsid={workspace}"
_PROPERTIES = {"InputData?": {"*": dict}, "Properties?": {"experimentName?": str}}
_Answer = Callable[[WorkspaceHistory, BatchEndpoint, Request], Awaitable[Response]]


def scoring_path(workspace: str, endpoint: str) -> str:
    return f"/batch{workspace}/endpoints/{endpoint}/jobs"


def routes(endpoints: BatchEndpoints, history: RunHistory, is_token: Callable[[str], bool]) -> list[Route]:
    """For those with a token for batch endpoints."""
    answer = partial(_endpoint, endpoints, history, is_token)
    return [Route(_JOBS, answer(partial(_invoke, endpoints)), methods=["POST"]),
            Route(f"{_JOBS}/{{job}}", answer(_read), methods=["GET"])]


def _endpoint(endpoints: BatchEndpoints, history: RunHistory, is_token: Callable[[str], bool],
              answer: _Answer) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        if not is_token(bearer_token(request.headers.get("Authorization")) or ""):
            return _error(401, "The token is missing, or for another audience.", "AuthorizationError")
        try:
            workspace = history.workspace(ARM_ID.format(**request.path_params))
            return await answer(workspace, endpoints.find(workspace, request.path_params["endpoint"]), request)
        except NotFoundError as exc:
            return _error(404, str(exc), "NotFound")
        except ServiceError as exc:
            return _error(exc.status, str(exc), exc.inner_code)
    return respond


async def _invoke(endpoints: BatchEndpoints, history: WorkspaceHistory, endpoint: BatchEndpoint,
                  request: Request) -> Response:
    properties = _pascal(check(parse_body(await request.body()), {"properties": dict})["properties"])
    check(properties, _PROPERTIES, "properties")
    inputs = {name: _pascal(one) for name, one in (properties.get("InputData") or {}).items()}
    run = endpoints.invoke(history, endpoint, Invocation(
        _caller(request), inputs, (properties.get("Properties") or {}).get("experimentName"),
        request.headers.get("azureml-model-deployment"), request.headers.get("repeatability_request-id")))
    answer = _describe(history, run)
    return AsciiJson({**answer, "properties": {**answer["properties"], "status": "Preparing"}}, 201)


async def _read(history: WorkspaceHistory, endpoint: BatchEndpoint, request: Request) -> Response:
    return AsciiJson(_describe(history, history.run(request.path_params["job"])))


def _describe(history: WorkspaceHistory, run: Run) -> dict[str, Any]:
    record = run.record
    return {"id": f"{history.arm_id}/jobs/{run.id}", "name": run.id, "properties": {
        "status": record["status"], "name": run.id, "properties": record["properties"],
        "tags": {DEPLOYMENT_TAG: record["tags"].get(DEPLOYMENT_TAG)},
        "interactionEndpoints": {"Studio": {"endpoint": _STUDIO.format(run_id=run.id, workspace=history.arm_id)}}}}


def _pascal(members: Mapping[str, Any]) -> dict[str, Any]:
    """By names as the documentation writes them; azure-ai-ml begins them with small letters."""
    return {name[:1].upper() + name[1:]: value for name, value in members.items()}


def _caller(request: Request) -> str:
    """Whose token it is; it was found to be good before."""
    token = bearer_token(request.headers.get("Authorization")) or ""
    return str(jwt.decode(token, options={"verify_signature": False})["oid"])


def _error(status: int, message: str, code: str) -> Response:
    return AsciiJson({"error": {"code": code, "message": message}}, status)
