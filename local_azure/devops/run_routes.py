"""Test runs, results and attachments over HTTP."""
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local_azure.devops.answering import guarded, read_json
from local_azure.devops.errors import InvalidRequestError
from local_azure.devops.models import Organization
from local_azure.devops.runs import Attachment, TestRun

_TEST = "/{organization}/{project}/_apis/test"
_MOST_IN_PAGE, _MOST_QUERIED = 1_000, 100
_EARLIEST, _LATEST = "minLastUpdatedDate", "maxLastUpdatedDate"


def run_routes(organization: Organization) -> list[Route]:
    """Under `runs` and `Runs`: the service's own description has both."""
    return [route for runs in ("runs", "Runs") for route in _routes(organization, f"{_TEST}/{runs}")]


def _routes(organization: Organization, runs: str) -> list[Route]:
    run, result = f"{runs}/{{run_id:int}}", f"{runs}/{{run_id:int}}/{{results}}/{{result_id:int}}"
    return [
        Route(path, guarded(organization, handler), methods=[method]) for path, method, handler in (
            (runs, "POST", _create), (runs, "GET", _list), (run, "GET", _show), (run, "PATCH", _update),
            (f"{run}/attachments", "POST", _attach), (f"{run}/attachments", "GET", _list_attachments),
            (f"{run}/attachments/{{attachment_id:int}}", "GET", _download),
            (f"{result}/attachments", "POST", _attach), (f"{result}/attachments", "GET", _list_attachments),
            (f"{run}/results", "POST", _add_results), (f"{run}/results", "PATCH", _update_results),
            (f"{run}/results", "GET", _list_results))]


async def _create(organization: Organization, request: Request) -> Response:
    run = organization.runs.create(request.path_params["project"], await read_json(request))
    return JSONResponse(_describe(run, request))


async def _list(organization: Organization, request: Request) -> Response:
    """All of a project, or with two dates those that were updated in between ("Runs - Query")."""
    project, query = request.path_params["project"], request.query_params
    if _EARLIEST not in query:
        return _page_of([_describe(run, request) for run in organization.runs.list_runs(project)], request)
    found = organization.runs.query(project, _time(query, _EARLIEST), _time(query, _LATEST), query.get("state", ""),
                                    query.get("runTitle", ""))
    return _page_of([_describe(run, request) for run in found], request, _MOST_QUERIED)


async def _show(organization: Organization, request: Request) -> Response:
    return JSONResponse(_describe(_find(organization, request), request))


async def _update(organization: Organization, request: Request) -> Response:
    run = _find(organization, request)
    organization.runs.update(run, await read_json(request))
    return JSONResponse(_describe(run, request))


async def _add_results(organization: Organization, request: Request) -> Response:
    run = _find(organization, request)
    return _list_of([{"id": each} for each in organization.runs.add_results(run, await read_json(request))])


async def _update_results(organization: Organization, request: Request) -> Response:
    run = _find(organization, request)
    return _list_of([{"id": each} for each in organization.runs.update_results(run, await read_json(request))])


async def _list_results(organization: Organization, request: Request) -> Response:
    return _page_of([{"id": each, **result} for each, result in _find(organization, request).results.items()], request)


async def _attach(organization: Organization, request: Request) -> Response:
    run = _find(organization, request)
    attachment = organization.runs.attach(run, await read_json(request), request.path_params.get("result_id"))
    return JSONResponse({"id": attachment.id, "url": f"{_url(run, request)}/attachments/{attachment.id}"})


async def _list_attachments(organization: Organization, request: Request) -> Response:
    result_id = request.path_params.get("result_id")
    return _list_of([
        {"id": each.id, "fileName": each.name, "comment": each.comment, "size": len(each.content)}
        for each in _find(organization, request).attachments.values() if each.result_id == result_id])


async def _download(organization: Organization, request: Request) -> Response:
    return download(_find(organization, request).find_attachment(request.path_params["attachment_id"]))


def download(attachment: Attachment) -> Response:
    """A file to be saved: nothing in it is shown as a page of this service."""
    name = "".join(character if character.isalnum() or character in "._- " else "_" for character in attachment.name)
    return Response(attachment.content, media_type="application/octet-stream", headers={
        "Content-Disposition": f'attachment; filename="{name.encode("ascii", "replace").decode()}"',
        "X-Content-Type-Options": "nosniff"})


def _find(organization: Organization, request: Request) -> TestRun:
    return organization.runs.find(request.path_params["project"], request.path_params["run_id"])


def _describe(run: TestRun, request: Request) -> dict[str, Any]:
    top = _top(run, request)
    return {
        **run.fields, "id": run.id, "url": _url(run, request), "isAutomated": bool(run.fields.get("automated")),
        "totalTests": len(run.results), "passedTests": run.count("Passed"), "project": {"name": run.project},
        "webAccessUrl": f"{top}/_testManagement/runs?runId={run.id}&_a=runCharts"}


def _url(run: TestRun, request: Request) -> str:
    return f"{_top(run, request)}/_apis/test/Runs/{run.id}"


def _top(run: TestRun, request: Request) -> str:
    return str(request.url.replace(path=f"/{request.path_params['organization']}/{run.project}", query=""))


def _time(query: Mapping[str, str], name: str) -> datetime:
    try:
        found = datetime.fromisoformat(query.get(name, ""))
    except ValueError as exc:
        raise InvalidRequestError(f"{name} is no date.") from exc
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _page_of(values: list[dict[str, Any]], request: Request, in_page: int = _MOST_IN_PAGE) -> Response:
    """Those after the `$skip` first ones, `$top` of them at most."""
    try:
        skipped, most = (int(request.query_params.get(name, default)) for name, default in (
            ("$skip", 0), ("$top", in_page)))
    except ValueError as exc:
        raise InvalidRequestError("$skip and $top are whole numbers.") from exc
    if skipped < 0 or not 0 <= most <= in_page:
        raise InvalidRequestError(f"$skip is no number from 0, or $top none from 0 to {in_page}.")
    return _list_of(values[skipped:skipped + most])


def _list_of(values: list[dict[str, Any]]) -> Response:
    return JSONResponse({"count": len(values), "value": values})
