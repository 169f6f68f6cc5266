"""HTTP for the local Application Insights: the SDKs' ingestion endpoint and a Kusto endpoint for queries.

Ingestion answers as the service does: 200 when every item was accepted, 206 when some were, 400 when none was or the
body is no JSON; and 503 where there is no memory or disk for more. Queries follow "Kusto query/management HTTP
request", or the "Application Insights REST API" that Azure and Log Analytics have; a client sends the query key as its
bearer token, or a token that Entra ID issued for that API.
There is one database here, so whatever name a client gives is that one.
"""
import json
import re
import secrets
import uuid
from collections.abc import Callable, Collection
from datetime import datetime, timezone
from functools import partial
from typing import Any

from duckdb_kql.server import RestColumn, Result, error_response, v1_response, v2_response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local_azure.application_insights.answers import Table
from local_azure.application_insights.errors import QueryError
from local_azure.application_insights.fields import well_formed
from local_azure.application_insights.interrupting import QueryStoppedError, ask_for
from local_azure.application_insights.models import ItemError, TelemetryStore, TrackAnswer
from local_azure.application_insights.schema import TABLES
from local_azure.application_insights.unpacking import FAULTS, MAX_BYTES, unpacked, unpacked_start
from local_azure.application_insights.workspace_names import WORKSPACE_TABLES
from local_azure.application_insights.writing import NotStoredError
from local_azure.bodies import BodyTooLargeError, read_body
from local_azure.identity.models import bearer_token

# Real ingestion endpoints end with a slash and exporters append their path to that: hence the doubled one.
_TRACK_PATHS = ("/v2.1/track", "/v2/track", "//v2.1/track", "//v2/track")

_MOST_SECONDS = 3_600.0  # as in Azure
_WAIT = re.compile(r"\bwait=(\d+)")
_TIMESPAN = re.compile(r"(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?)")


def routes(store: TelemetryStore, query_key: str, is_api_token: Callable[[str], bool] = lambda token: False,
           is_workspace_token: Callable[[str], bool] = lambda token: False,
           is_publisher_token: Callable[[str], bool] | None = None) -> list[Route]:
    """`is_api_token` tells whether a token allows queries through the API of Application Insights, `is_workspace_token`
    the same of Log Analytics, `is_publisher_token` whether it allows to send telemetry; without the latter the
    instrumentation key alone does."""
    async def track(request: Request) -> JSONResponse:
        if is_publisher_token and (refusal := _refuse_sender(request, is_publisher_token)):
            return refusal
        try:
            body = await read_body(request, MAX_BYTES)
            return _track_response(await run_in_threadpool(_accept, store, body, request.headers))
        except BodyTooLargeError as exc:
            return _track_response(_refused(str(exc)), 413)
        except NotStoredError as exc:
            return _track_response(_refused(str(exc), 503), 503)

    async def query(respond: Callable[[Request, Table], Any], fail: Callable[[Exception], dict[str, Any]],
                    request: Request, tables: Collection[str] = TABLES,
                    is_token: Callable[[str], bool] = is_api_token) -> JSONResponse:
        token = bearer_token(request.headers.get("authorization")) or ""
        if not (secrets.compare_digest(token.encode(), query_key.encode()) or is_token(token)):
            refusal = error_response("Authorization: Bearer <query key> is missing or wrong", code="Unauthorized")
            return JSONResponse(refusal, 401, {"WWW-Authenticate": "Bearer"})
        try:
            text, parameters, seconds = _statement(await request.body(), request.headers.get("prefer", ""))
            table = await ask_for(request, store.query, text, parameters, seconds, tables)
        except (QueryError, ValueError, RecursionError) as exc:
            return JSONResponse(fail(exc), _status(exc))
        return JSONResponse(respond(request, table))

    return [
        *(Route(path, track, methods=["POST"]) for path in _TRACK_PATHS),
        Route("/v2/rest/query", partial(query, _v2, _error), methods=["POST"]),
        Route("/v1/rest/query", partial(query, _v1, _error), methods=["POST"]),
        Route("/v1/rest/mgmt", partial(query, _v1, _error), methods=["POST"]),
        Route("/v1/apps/{application}/query", partial(query, _api, _api_error), methods=["POST"]),
        Route("/v1/workspaces/{workspace}/query",
              partial(query, _api, _api_error, tables=WORKSPACE_TABLES, is_token=is_workspace_token),
              methods=["POST"]),
    ]


def _refuse_sender(request: Request, is_publisher_token: Callable[[str], bool]) -> JSONResponse | None:
    """As a resource answers whose local authentication is disabled; the older path knows no tokens."""
    token = bearer_token(request.headers.get("authorization"))
    if token is None or "/v2.1/" not in request.url.path:
        return JSONResponse({"error": "Authentication not supported"}, 400)
    if not is_publisher_token(token):
        return JSONResponse({"error": "The token is not valid"}, 401, {"WWW-Authenticate": "Bearer"})
    return None


def _accept(store: TelemetryStore, body: bytes, headers: Headers) -> TrackAnswer:
    """Raises BodyTooLargeError and NotStoredError."""
    try:
        is_packed = headers.get("content-encoding", "").lower() == "gzip"
        if is_packed and not store.knows(unpacked_start(body)):
            return _refused("Invalid instrumentation key")
        items = _items(unpacked(body) if is_packed else body, headers)
    except (ValueError, RecursionError, *FAULTS) as exc:
        return _refused(f"The body is not valid JSON: {exc}")
    return store.accept(items, datetime.now(timezone.utc))


def _refused(message: str, status_code: int = 400) -> TrackAnswer:
    return TrackAnswer(0, 0, (ItemError(0, status_code, message),))


def _items(body: bytes, headers: Headers) -> list[Any]:
    if "x-json-stream" in headers.get("content-type", ""):
        return [json.loads(line) for line in body.split(b"\n") if line.strip()]
    parsed = json.loads(body)
    return parsed if isinstance(parsed, list) else [parsed]


def _track_response(answer: TrackAnswer, status_code: int | None = None) -> JSONResponse:
    errors = [{"index": e.index, "statusCode": e.status_code, "message": e.message} for e in answer.errors]
    content = {"itemsReceived": answer.items_received, "itemsAccepted": answer.items_accepted, "errors": errors}
    return JSONResponse(content, status_code or (200 if not errors else 206 if answer.items_accepted else 400))


def _statement(body: bytes, preference: str) -> tuple[str, dict[str, Any], float | None]:
    """The query, its parameters and the time that it may take, if that is said.

    In a request `{"db", "csl", "properties": {"Parameters": {...}, "Options": {"servertimeout": "hh:mm:ss"}}}`, or in
    the API's `{"query"}` with the header `Prefer: wait=SECONDS`.
    """
    request = _object(json.loads(body), "the request")
    text = request.get("csl", request.get("query"))
    if not isinstance(text, str):
        raise ValueError("the request has no query in 'csl' or 'query'")
    properties = request.get("properties") or {}
    if isinstance(properties, str):  # azure-kusto-data sends them as JSON text
        properties = json.loads(properties)
    parameters, options = (_object(_object(properties, "'properties'").get(name) or {}, f"'{name}'")
                           for name in ("Parameters", "Options"))
    wait = _WAIT.search(preference)
    asked = _seconds(options.get("servertimeout") or "0:00:00") or (float(wait[1]) if wait else 0)
    return well_formed(text), parameters, min(asked, _MOST_SECONDS) or None


def _seconds(timespan: Any) -> float:
    found = _TIMESPAN.fullmatch(str(timespan))
    if found is None:
        raise ValueError(f"'servertimeout' is no timespan such as 00:01:30: {timespan!r}")
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{name} must be a JSON object")
    return value


def _result(table: Table) -> Result:
    return Result([RestColumn.derived(column.name, column.type) for column in table.columns], list(table.rows))


def answer_v1(table: Table) -> dict[str, Any]:
    """The result of a query in Kusto's first, simpler shape: `{"Tables": [{"Columns": [...], "Rows": [...]}]}`."""
    return v1_response(_result(table))


def _v1(request: Request, table: Table) -> dict[str, Any]:
    return answer_v1(table)


def _api(request: Request, table: Table) -> dict[str, Any]:
    """Dynamic values are texts of JSON, as Azure sends them here and nowhere else."""
    columns = [{"name": column.name, "type": column.type} for column in table.columns]
    dynamic = {index for index, column in enumerate(table.columns) if column.type == "dynamic"}
    rows = [[own if index in dynamic else value for index, (own, value) in enumerate(zip(row, shown))]
            for row, shown in zip(table.rows, answer_v1(table)["Tables"][0]["Rows"])]
    return {"tables": [{"name": "PrimaryResult", "columns": columns, "rows": rows}]}


def _error(exc: Exception) -> dict[str, Any]:
    return error_response(str(exc))


def _status(exc: Exception) -> int:
    """As Azure: 504 when the time is over, which may be mended by another try."""
    return 504 if isinstance(exc, QueryStoppedError) else 400


def _api_error(exc: Exception) -> dict[str, Any]:
    """As "Azure Monitor Log Analytics API errors" has it: the reason is that of the innermost error."""
    if isinstance(exc, QueryStoppedError):
        return {"error": {"message": str(exc), "code": "GatewayTimeout"}}
    if not isinstance(exc, QueryError):
        inner: dict[str, Any] = {"code": "QueryValidationError", "message": str(exc)}
    elif exc.message.startswith("Syntax error"):
        inner = {"code": "SyntaxError", "message": "A recognition error occurred in the query.",
                 "innererror": _reason("SYN0002", exc)}
    else:
        inner = {"code": "SemanticError", "message": "A semantic error occurred.",
                 "innererror": _reason("SEM0100", exc)}
    return {"error": {"message": "The request had some invalid properties", "code": "BadArgumentError",
                      "correlationId": str(uuid.uuid4()), "innererror": inner}}


def _reason(code: str, exc: QueryError) -> dict[str, Any]:
    place = {} if exc.line is None else {"line": exc.line, "pos": exc.column}
    return {"code": code, "message": str(exc), **place}


def _v2(request: Request, table: Table) -> list[dict[str, Any]]:
    return v2_response(_result(table), request.headers.get("x-ms-client-request-id", str(uuid.uuid4())))
