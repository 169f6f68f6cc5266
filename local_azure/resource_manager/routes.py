"""The requests to Azure Resource Manager that open a workspace and find an Application Insights."""
from collections.abc import Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local_azure.identity.models import bearer_token
from local_azure.resource_manager.models import ResourceManager, ResourceNotFoundError
from local_azure.scenarios.models import ARM_ID

_COMPONENT = ("/subscriptions/{subscription_id}/resourceGroups/{resource_group}"
              "/providers/{provider}/components/{name}")


def routes(resources: ResourceManager, is_valid: Callable[[str], bool] = bool) -> list[Route]:
    """The routes of the resource manager. All but the cloud metadata want a bearer token that `is_valid`."""
    return [
        Route("/metadata/endpoints", partial(_describe_cloud, resources)),
        Route("/subscriptions", partial(_list_subscriptions, resources, is_valid)),
        Route(ARM_ID, partial(_get_workspace, resources, is_valid)),
        Route(f"{ARM_ID}/schedules", partial(_list_job_schedules, is_valid)),
        Route(_COMPONENT, partial(_get_component, resources, is_valid))]


async def _describe_cloud(resources: ResourceManager, request: Request) -> JSONResponse:
    return JSONResponse(resources.cloud_metadata(str(request.base_url)))


async def _list_subscriptions(resources: ResourceManager, is_valid: Callable[[str], bool],
                              request: Request) -> JSONResponse:
    return refusal(request, is_valid) or JSONResponse(resources.subscriptions())


async def _get_workspace(resources: ResourceManager, is_valid: Callable[[str], bool], request: Request) -> JSONResponse:
    try:
        return refusal(request, is_valid) or JSONResponse(resources.workspace(ARM_ID.format(**request.path_params)))
    except ResourceNotFoundError:
        return error(
            404, "ResourceNotFound",
            "The Resource 'Microsoft.MachineLearningServices/workspaces/{workspace_name}' under resource group "
            "'{resource_group}' was not found. For more details please go to "
            "https://aka.ms/ARMResourceNotFoundFix".format(**request.path_params))


async def _list_job_schedules(is_valid: Callable[[str], bool], request: Request) -> JSONResponse:
    """None: the local workspace schedules published pipelines and their endpoints alone."""
    return refusal(request, is_valid) or JSONResponse({"value": []})


async def _get_component(resources: ResourceManager, is_valid: Callable[[str], bool], request: Request) -> JSONResponse:
    try:
        return refusal(request, is_valid) or JSONResponse(resources.component(request.url.path))
    except ResourceNotFoundError:
        return error(
            404, "ResourceNotFound", "The Resource 'microsoft.insights/components/{name}' under resource group "
            "'{resource_group}' was not found.".format(**request.path_params))


def refusal(request: Request, is_valid: Callable[[str], bool]) -> JSONResponse | None:
    """The answer to a request without a valid bearer token."""
    token = bearer_token(request.headers.get("Authorization"))
    if token is None:
        return error(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
    if not is_valid(token):
        return error(401, "InvalidAuthenticationTokenAudience",
                     "The access token has been obtained for wrong audience or resource.")
    return None


def error(status_code: int, code: str, message: str) -> JSONResponse:
    """An answer in the shape of every error of Resource Manager."""
    return JSONResponse({"error": {"code": code, "message": message}}, status_code)
