"""The page at the service's address: test runs with results and attachments, and plans, as people see them.

It is for those who have the personal access token, as the key in its address. Nothing of what it shows is taken for
markup.
"""
import hmac
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from local_azure.devops.errors import DevOpsError
from local_azure.devops.models import Organization
from local_azure.devops.plans import Plan
from local_azure.devops.run_routes import download
from local_azure.devops.runs import TestRun

_STYLE = (Path(__file__).parent / "page.css").read_text("utf-8")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
Shown = Callable[[Organization, Request], str]


def page_routes(organization: Organization) -> list[Route]:
    key, runs = organization.personal_token, "/{organization}/{project}/_testManagement/runs"
    return [
        Route("/", partial(_check, key, partial(_show, _overview, organization))),
        Route(runs, partial(_check, key, partial(_show, _run, organization))),
        Route(f"{runs}/{{run_id:int}}/attachments/{{attachment_id:int}}",
              partial(_check, key, partial(_download, organization)))]


async def _check(key: str, handler: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
    if not hmac.compare_digest(request.query_params.get("key", "").encode(), key.encode()):
        return Response("The address of this page, with its key, is printed by `make up`.", 401)
    try:
        return await handler(request)
    except DevOpsError as exc:
        return exc.answer()


async def _show(shown: Shown, organization: Organization, request: Request) -> Response:
    return HTMLResponse(
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Azure DevOps, local</title>'
        f"<style>{_STYLE}</style><body>{shown(organization, request)}</body></html>",
        headers={"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"})


async def _download(organization: Organization, request: Request) -> Response:
    values = request.path_params
    return download(organization.runs.find(values["project"], values["run_id"]).find_attachment(
        values["attachment_id"]))


def _overview(organization: Organization, request: Request) -> str:
    runs, plans = organization.runs.list_runs(), list(organization.plans)
    return (
        "<h1>Azure DevOps on this machine</h1><h2>Test runs</h2>"
        + _table(("Run", "Project", "Title", "State", "Passed", "Failed", "Total"),
                 [_run_row(run, request) for run in runs], "No test run was created yet.")
        + "<h2>Plans of agentless tasks</h2>" + ("".join(map(_plan, plans)) or _none("No task was started yet.")))


def _run(organization: Organization, request: Request) -> str:
    run = organization.runs.find(request.path_params["project"], _number(request.query_params.get("runId")))
    results = [_result_row(run, result_id, result, request) for result_id, result in run.results.items()]
    told = "".join(f"<pre>{escape(str(run.fields[name]))}</pre>" for name in ("comment", "errorMessage")
                   if run.fields.get(name))
    return (
        f'<p><a href="/?{_key(request)}">All test runs</a></p><h1>Run {run.id}: {escape(str(run.fields["name"]))}</h1>'
        f"<p>{escape(run.project)}, {escape(_state(run))}</p>{told}<h2>Test results</h2>"
        + _table(("Outcome", "Test", "Duration", "Error", "Attachments"), results, "No result was added yet.")
        + "<h2>Attachments</h2>" + (_attachments(run, None, request) or _none("Nothing is attached to the run.")))


def _run_row(run: TestRun, request: Request) -> tuple[str, ...]:
    name = f'<a href="{escape(_place(run, request))}?runId={run.id}&amp;{_key(request)}">{run.id}</a>'
    return (name, escape(run.project), escape(str(run.fields["name"])), escape(_state(run)), str(run.count("Passed")),
            str(run.count("Failed")), str(len(run.results)))


def _result_row(run: TestRun, result_id: int, result: dict[str, Any], request: Request) -> tuple[str, ...]:
    outcome = str(result.get("outcome") or "Unspecified")
    error = "".join(f"<pre>{escape(str(result[name]))}</pre>" for name in ("errorMessage", "stackTrace", "comment")
                    if result.get(name))
    return (f'<span class="outcome {escape(outcome.lower())}">{escape(outcome)}</span>',
            escape(str(result.get("testCaseTitle") or result.get("automatedTestName") or result_id)),
            _duration(result.get("durationInMs")), error, _attachments(run, result_id, request))


def _plan(plan: Plan) -> str:
    record = plan.records[plan.task_id]
    told = record.get("result") or record["state"]
    console = "\n".join([*(bytes(log).decode("utf-8", "replace") for log in plan.logs.values()), *plan.feed])
    return (f'<h3><span class="outcome {escape(str(told).lower())}">{escape(plan.task_name)}</span> in '
            f"{escape(plan.project)}: {escape(str(told))}</h3>" + (f"<pre>{escape(console)}</pre>" if console else ""))


def _attachments(run: TestRun, result_id: int | None, request: Request) -> str:
    place = f"{escape(_place(run, request))}/{run.id}/attachments"
    return "<br>".join(
        f'<a href="{place}/{each.id}?{_key(request)}">{escape(each.name)}</a> ({len(each.content):,} bytes)'
        for each in run.attachments.values() if each.result_id == result_id)


def _table(heads: Iterable[str], rows: list[tuple[str, ...]], empty: str) -> str:
    if not rows:
        return _none(empty)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>{body}</table>"


def _none(text: str) -> str:
    return f'<p class="none">{text}</p>'


def _place(run: TestRun, request: Request) -> str:
    organization = request.path_params.get("organization", "local")
    return request.url.replace(path=f"/{organization}/{run.project}/_testManagement/runs", query="").path


def _state(run: TestRun) -> str:
    return " ".join(str(run.fields[name]) for name in ("state", "substate") if run.fields.get(name))


def _duration(milliseconds: Any) -> str:
    return f"{milliseconds / 1000:,.3f} s" if isinstance(milliseconds, (int, float)) else ""


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _key(request: Request) -> str:
    return f"key={escape(request.query_params['key'])}"
