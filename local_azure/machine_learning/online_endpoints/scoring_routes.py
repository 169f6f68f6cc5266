"""The requests that are answered by models: let in by a key or a token, handed to the deployment whose turn it is.

Statuses are those of "Troubleshoot online endpoints": what the model's server answers otherwise than with 200 is 424,
and the headers say what it was.
"""
from functools import partial
from http import HTTPStatus

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local_azure.bodies import BodyTooLargeError, read_body
from local_azure.identity.models import bearer_token
from local_azure.machine_learning.online_endpoints.deployments import Deployment
from local_azure.machine_learning.online_endpoints.models import Endpoint, OnlineEndpoints
from local_azure.machine_learning.run_history.models import NotFoundError

MOST_BYTES = 10 << 20
DEPLOYMENT = "azureml-model-deployment"
"""The header by which a caller chooses a deployment, and the answer says which it was."""

_OF_THIS_HOP = frozenset({"authorization", "connection", "content-length", "host", "keep-alive", "te", "trailer",
                          "transfer-encoding", "upgrade", DEPLOYMENT})


def routes(endpoints: OnlineEndpoints) -> list[Route]:
    return [Route("/{endpoint}/{path:path}", partial(_answer, endpoints), methods=["GET", "POST", "OPTIONS"])]


async def _answer(endpoints: OnlineEndpoints, request: Request) -> Response:
    try:
        endpoint = endpoints.named(request.path_params["endpoint"])
        if not endpoints.admits(endpoint, bearer_token(request.headers.get("Authorization")) or ""):
            return _error(401, "The key or token in the header Authorization is missing or wrong.")
        deployment = _chosen(endpoint, request.headers.get(DEPLOYMENT))
        body = await read_body(request, MOST_BYTES)
    except NotFoundError as error:
        return _error(404, str(error))
    except BodyTooLargeError as error:
        return _error(413, str(error))
    answered = await _ask(deployment, request, body)
    answered.headers[DEPLOYMENT] = deployment.name
    return answered


def _chosen(endpoint: Endpoint, wanted: str | None) -> Deployment:
    """Raises NotFoundError."""
    name = wanted or endpoint.traffic.next()
    if name is None:
        raise NotFoundError(f"No deployment of endpoint {endpoint.name} has traffic")
    return endpoint.deployment(name)


async def _ask(deployment: Deployment, request: Request, body: bytes) -> Response:
    if deployment.server is None:
        return _error(503, f"The deployment {deployment.name} is {deployment.state} and answers nothing.")
    headers = [(name, value) for name, value in request.headers.raw if name.decode("latin-1") not in _OF_THIS_HOP]
    url = httpx.URL(deployment.server.url).copy_with(raw_path=_target(request))
    limit_seconds = deployment.definition.request_seconds
    try:
        async with httpx.AsyncClient(trust_env=False, verify=False, timeout=limit_seconds) as client:
            answer = await client.request(request.method, url, headers=headers, content=body)
    except httpx.TimeoutException:
        return _error(408, f"The model took longer than {limit_seconds:g} seconds.")
    except httpx.TransportError as error:
        return _error(502, f"The deployment {deployment.name} does not answer ({type(error).__name__}).")
    return _handed_on(answer)


def _target(request: Request) -> bytes:
    """Path and query as they came: what is written in a path with % is for the model's server to read."""
    path: bytes = request.scope["raw_path"].partition(b"?")[0][1:].partition(b"/")[2]
    query: bytes = request.scope["query_string"]
    return b"/" + path + (b"?" + query if query else b"")


def _handed_on(answer: httpx.Response) -> Response:
    found = Response(answer.content, answer.status_code)
    for name, value in answer.headers.raw:
        known = name.lower().decode("latin-1")
        if known not in _OF_THIS_HOP and known != "content-encoding":  # which httpx has undone
            found.raw_headers.append((name.lower(), value))
    if answer.status_code != 200:
        found.status_code = 424
        found.headers["ms-azureml-model-error-statuscode"] = str(answer.status_code)
        found.headers["ms-azureml-model-error-reason"] = _reason(answer.status_code)
    return found


def _reason(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "model_error"


def _error(status: int, message: str) -> Response:
    return JSONResponse({"error": {"code": HTTPStatus(status).phrase.replace(" ", ""), "message": message}}, status)
