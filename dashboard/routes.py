"""HTTP for the dashboard: its page, the saved queries, and their answers.

The page shows what the queries answer and nothing else: there is no route to the records but KQL.
"""
import json
from collections.abc import Awaitable, Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.access import Access
from dashboard.charts import DARK, LIGHT, QUERIES, configuration
from dashboard.saved_queries import ParameterError, SavedQueries, UnknownQueryError
from dashboard.vega import vega_module
from local_azure.application_insights.answers import Table
from local_azure.application_insights.errors import QueryError
from local_azure.application_insights.fields import well_formed
from local_azure.application_insights.interrupting import ask_for
from local_azure.application_insights.models import TelemetryStore
from local_azure.application_insights.routes import answer_v1

_STATIC = Path(__file__).with_name("static")
_REMEMBERED_ANSWERS = 64

Endpoint = Callable[[Request], Awaitable[Response]]
Ask = Callable[[str], Table]


def routes(store: TelemetryStore, key: str, queries: Path = QUERIES) -> list[Route]:
    """The routes of the dashboard; each asks for the cookie that the key is exchanged for."""
    saved, remembered = SavedQueries(queries), _remember(store)
    access = [Middleware(Access, key=key)]

    def route(path: str, endpoint: Endpoint, method: str = "GET") -> Route:
        return Route(path, endpoint, methods=[method], middleware=access)

    return [
        route("/", _show_page),
        route("/static/{name}", _show_file),
        route("/vendor/vega.js", _show_vega),
        route("/api/queries", partial(_list_queries, saved)),
        route("/api/queries/{name}", partial(_answer_saved, remembered, saved), "POST"),
        route("/api/query", partial(_answer_any, store.query), "POST"),
        route("/api/changes", partial(_count_records, store))]


async def _show_page(request: Request) -> Response:
    return FileResponse(_STATIC / "index.html")


async def _show_file(request: Request) -> Response:
    files = {file.name: file for file in _STATIC.iterdir()}
    file = files.get(request.path_params["name"])
    return FileResponse(file) if file else PlainTextResponse("There is no such file.", 404)


async def _show_vega(request: Request) -> Response:
    return Response(await run_in_threadpool(vega_module), media_type="text/javascript")


async def _list_queries(saved: SavedQueries, request: Request) -> Response:
    return JSONResponse({
        "queries": [{"name": query.name, "title": query.title, "question": query.question, "text": query.text,
                     "parameters": dict(query.parameters), "chart": query.chart} for query in saved.list()],
        "themes": {"light": configuration(LIGHT), "dark": configuration(DARK)}})


async def _answer_saved(ask: Ask, saved: SavedQueries, request: Request) -> Response:
    """The answer of a file of queries/, to `{"parameters": {name: value}}`."""
    try:
        query = saved.get(request.path_params["name"])
        text = query.fill(_field(await request.body(), "parameters", dict))
    except UnknownQueryError as exc:
        return _refusal(str(exc), 404)
    except (ParameterError, ValueError, RecursionError) as exc:
        return _refusal(str(exc))
    return await _answer(request, ask, text)


async def _answer_any(ask: Ask, request: Request) -> Response:
    """The answer of any KQL, to `{"query": text}`."""
    try:
        text = _field(await request.body(), "query", str)
    except (ValueError, RecursionError) as exc:
        return _refusal(str(exc))
    return await _answer(request, ask, text)


async def _count_records(store: TelemetryStore, request: Request) -> Response:
    """A number that changes when something was recorded, cheap enough to be asked for every other second."""
    return JSONResponse({"records": await run_in_threadpool(_records, store)})


def _records(store: TelemetryStore) -> int:
    return sum(store.counts().values())


def _remember(store: TelemetryStore) -> Ask:
    """Asks the store, but for what it has answered since something was recorded last: going back takes no time then."""
    ask = lru_cache(maxsize=_REMEMBERED_ANSWERS)(lambda records, text: store.query(text))
    return lambda text: store.query(text) if "now()" in text else ask(_records(store), text)


async def _answer(request: Request, ask: Ask, text: str) -> Response:
    """`{"columns": [{"name", "type"}], "rows": [[...]]}`, or `{"error": {"message", "line", "column"}}`.

    A mistake in a query is no failure of the request: the browser would report one on its console.
    """
    try:
        table = await ask_for(request, ask, well_formed(text))
    except QueryError as exc:
        return _refusal(exc.message, 200, line=exc.line, column=exc.column)
    columns = [{"name": column.name, "type": column.type} for column in table.columns]
    return JSONResponse({"columns": columns, "rows": answer_v1(table)["Tables"][0]["Rows"]})


def _field(body: bytes, name: str, kind: type) -> Any:
    request = json.loads(body)
    if not isinstance(request, dict) or not isinstance(request.get(name), kind):
        raise ValueError(f"the request must be a JSON object with {name!r}")
    return request[name]


def _refusal(message: str, status_code: int = 400, **place: int | None) -> Response:
    return JSONResponse({"error": {"message": message, **place}}, status_code)
