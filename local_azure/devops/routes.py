"""The REST API of Azure DevOps, as far as a function needs it that works for a build, and the page for people."""
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local_azure.devops.answering import guarded, read_body, read_json
from local_azure.devops.errors import InvalidRequestError, NotFoundError
from local_azure.devops.models import Organization
from local_azure.devops.page import page_routes
from local_azure.devops.plans import Plan
from local_azure.devops.repositories import Version
from local_azure.devops.run_routes import run_routes

_PLAN = "/{organization}/{project_id}/_apis/distributedtask/hubs/{hub}/plans/{plan_id}"
_RECORDS = _PLAN + "/timelines/{timeline_id}/records"


def routes(organization: Organization) -> list[Route]:
    """The page is for those who have the personal access token."""
    items = "/{organization}/{project}/_apis/git/repositories/{repository}/items"
    return [*page_routes(organization), *run_routes(organization), *(
        Route(path, guarded(organization, handler), methods=[method]) for path, method, handler in (
            (items, "GET", _archive), (f"{_PLAN}/events", "POST", _take_event), (f"{_PLAN}/logs", "POST", _add_log),
            (f"{_PLAN}/logs/{{log_id:int}}", "POST", _append_log), (f"{_PLAN}/logs/{{log_id:int}}", "GET", _show_log),
            (_RECORDS, "GET", _list_records), (_RECORDS, "PATCH", _update_records),
            (f"{_RECORDS}/{{record_id}}/feed", "POST", _append_feed)))]


async def _archive(organization: Organization, request: Request) -> Response:
    query = request.query_params
    if query.get("$format", "").lower() != "zip":
        raise InvalidRequestError("Items are given as $format=zip alone.")
    version = Version(query.get("versionDescriptor.version", ""),
                      query.get("versionDescriptor.versionType", "branch").lower())
    content = await run_in_threadpool(
        organization.repositories.archive, request.path_params["repository"], query.get("scopePath", "/"), version)
    return Response(content, media_type="application/zip")


async def _take_event(organization: Organization, request: Request) -> Response:
    _find(organization, request).take_event(await read_json(request))
    return Response(status_code=204)


async def _add_log(organization: Organization, request: Request) -> Response:
    plan, content = _find(organization, request), await read_json(request)
    if not isinstance(content, dict) or not content.get("path"):
        raise InvalidRequestError("A log needs a path.")
    return JSONResponse({"id": plan.add_log(), "path": content["path"], "lineCount": 0})


async def _append_log(organization: Organization, request: Request) -> Response:
    log = _find(organization, request).find_log(request.path_params["log_id"])
    log += await read_body(request)
    return JSONResponse({"id": request.path_params["log_id"], "lineCount": log.count(b"\n")})


async def _show_log(organization: Organization, request: Request) -> Response:
    log = _find(organization, request).find_log(request.path_params["log_id"])
    return Response(bytes(log), media_type="text/plain")


async def _list_records(organization: Organization, request: Request) -> Response:
    records = list(_find_timeline(organization, request).records.values())
    return JSONResponse({"count": len(records), "value": records})


async def _update_records(organization: Organization, request: Request) -> Response:
    plan, content = _find_timeline(organization, request), await read_json(request)
    updated = plan.update_records(content.get("value") if isinstance(content, dict) else content)
    return JSONResponse({"count": len(updated), "value": updated})


async def _append_feed(organization: Organization, request: Request) -> Response:
    plan, content = _find_timeline(organization, request), await read_json(request)
    if request.path_params["record_id"].lower() not in plan.records:
        raise NotFoundError(f"There is no record {request.path_params['record_id']}.")
    lines = content.get("value") if isinstance(content, dict) else None
    if not isinstance(lines, list):
        raise InvalidRequestError("The lines of the feed must be a list.")
    plan.feed += map(str, lines)
    return Response(status_code=204)


def _find(organization: Organization, request: Request) -> Plan:
    plan = organization.plans.find(request.path_params["plan_id"])
    given, own = (request.path_params["project_id"].lower(), request.path_params["hub"].lower()), plan.place
    if given != own:
        raise NotFoundError(f"The plan {plan.plan_id} does not exist there.")
    return plan


def _find_timeline(organization: Organization, request: Request) -> Plan:
    plan = _find(organization, request)
    if request.path_params["timeline_id"].lower() != plan.timeline_id:
        raise NotFoundError(f"The timeline {request.path_params['timeline_id']} does not exist.")
    return plan
