"""HTTP for the dashboard: its page, the saved queries, and their answers.

The page shows what the queries answer and nothing else: there is no route to the records but KQL.
"""
import json
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.access import Access
from dashboard.charts import DARK, LIGHT, QUERIES, configuration
from dashboard.kept_answers import KeptAnswers
from dashboard.query_groups import query_groups
from dashboard.saved_queries import ParameterError, SavedQueries, UnknownQueryError
from dashboard.sources.source import Answer, Source, SourceError
from dashboard.vega import vega_module
from local_azure.application_insights.fields import well_formed
from local_azure.application_insights.interrupting import ask_for

_STATIC = Path(__file__).with_name("static")

Endpoint = Callable[[Request], Awaitable[Response]]
Ask = Callable[[str], Answer]


def routes(source: Source, key: str, queries: Path = QUERIES) -> list[Route]:
    """The routes of the dashboard; each asks for the cookie that the key is exchanged for."""
    saved, kept = SavedQueries(queries), KeptAnswers(source)
    access = [Middleware(Access, key=key)]

    def route(path: str, endpoint: Endpoint, method: str = "GET") -> Route:
        return Route(path, endpoint, methods=[method], middleware=access)

    return [
        route("/", _show_page),
        route("/static/{name}", _show_file),
        route("/vendor/vega.js", _show_vega),
        route("/api/queries", partial(_list_queries, saved, source)),
        route("/api/queries/{name}", partial(_answer_saved, kept.query, saved), "POST"),
        route("/api/queries/{name}/text", partial(_fill_saved, saved), "POST"),
        route("/api/query", partial(_answer_any, source.query), "POST"),
        route("/api/changes", partial(_count_records, source))]


async def _show_page(request: Request) -> Response:
    return FileResponse(_STATIC / "index.html")


async def _show_file(request: Request) -> Response:
    files = {file.name: file for file in _STATIC.iterdir()}
    file = files.get(request.path_params["name"])
    return FileResponse(file) if file else PlainTextResponse("There is no such file.", 404)


async def _show_vega(request: Request) -> Response:
    return Response(await run_in_threadpool(vega_module), media_type="text/javascript")


async def _list_queries(saved: SavedQueries, source: Source, request: Request) -> Response:
    groups = query_groups()
    return JSONResponse({
        "source": {"name": source.about.name, "when_empty": source.about.when_empty},
        "queries": [{"name": query.name, "title": query.title, "question": query.question, "text": query.text,
                     "parameters": dict(query.parameters), "chart": query.chart,
                     "group": groups.get(query.name, "Others")} for query in saved.list()],
        "groups": list(dict.fromkeys(groups.values())),
        "themes": {"light": configuration(LIGHT), "dark": configuration(DARK)}})


async def _answer_saved(ask: Ask, saved: SavedQueries, request: Request) -> Response:
    """The answer of a file of queries/, to `{"parameters": {name: value}}`."""
    text = await _filled(saved, request)
    return text if isinstance(text, Response) else await _answer(request, ask, text)


async def _fill_saved(saved: SavedQueries, request: Request) -> Response:
    """`{"text"}`: what would be asked then."""
    text = await _filled(saved, request)
    return text if isinstance(text, Response) else JSONResponse({"text": well_formed(text)})


async def _filled(saved: SavedQueries, request: Request) -> str | Response:
    """The text of a file of queries/ with the values that the request has for its parameters, or a refusal."""
    try:
        query = saved.get(request.path_params["name"])
        return query.fill(_field(await request.body(), "parameters", dict))
    except UnknownQueryError as exc:
        return _refusal(str(exc), 404)
    except (ParameterError, ValueError, RecursionError) as exc:
        return _refusal(str(exc))


async def _answer_any(ask: Ask, request: Request) -> Response:
    """The answer of any KQL, to `{"query": text}`."""
    try:
        text = _field(await request.body(), "query", str)
    except (ValueError, RecursionError) as exc:
        return _refusal(str(exc))
    return await _answer(request, ask, text)


async def _count_records(source: Source, request: Request) -> Response:
    """A number that changes when something was recorded, which may be asked for every other second."""
    try:
        return JSONResponse({"records": await run_in_threadpool(source.count_records)})
    except SourceError as exc:
        return _failure(exc)


async def _answer(request: Request, ask: Ask, text: str) -> Response:
    """`{"columns": [{"name", "type"}], "rows": [[...]], "lacks"}`, or `{"error": {"message", "line", "column",
    "wait"}}`.

    A query without an answer is no failure of the request: the browser would report one on its console.
    """
    try:
        answer = await ask_for(request, ask, well_formed(text))
    except SourceError as exc:
        return _failure(exc)
    columns = [{"name": column.name, "type": column.type} for column in answer.columns]
    return JSONResponse({"columns": columns, "rows": answer.rows, "lacks": answer.lacks})


def _field(body: bytes, name: str, kind: type) -> Any:
    request = json.loads(body)
    if not isinstance(request, dict) or not isinstance(request.get(name), kind):
        raise ValueError(f"the request must be a JSON object with {name!r}")
    return request[name]


def _failure(error: SourceError) -> Response:
    return JSONResponse({"error": {
        "message": error.message, "line": error.line, "column": error.column, "wait": error.wait_seconds}})


def _refusal(message: str, status_code: int = 400) -> Response:
    return JSONResponse({"error": {"message": message}}, status_code)
