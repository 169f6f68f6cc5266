"""The HTTP side of the Functions host, as its Event Grid extension answers Event Grid.

One difference from Azure: there a body that is no JSON fails before any function runs. Here it reaches the function
as it is, so that one can see what a function does with bad input.
"""
import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local_azure.functions_host.models import EVENT_GRID_TRIGGER, TIMER_TRIGGER, Function, FunctionApp

Handler = Callable[[Request], Awaitable[Response]]


def routes(app: FunctionApp, master_key: str, threads: ThreadPoolExecutor) -> list[Route]:
    """The routes of `app`, open to holders of `master_key`; its functions run on `threads`."""
    def guarded(handler: Handler) -> Handler:
        return partial(_check_key, master_key, handler)

    return [
        Route("/runtime/webhooks/EventGrid", guarded(partial(_receive, app, threads)), methods=["POST", "OPTIONS"]),
        Route("/admin/functions", guarded(partial(_list_functions, app))),
        Route("/admin/functions/{name}", guarded(partial(_run_timer, app, threads)), methods=["POST"]),
        Route("/admin/host/status", guarded(_report_status))]


async def _check_key(master_key: str, handler: Handler, request: Request) -> Response:
    key = request.query_params.get("code") or request.headers.get("x-functions-key", "")
    if not hmac.compare_digest(key.encode(), master_key.encode()):
        return Response(status_code=401)
    return await handler(request)


async def _list_functions(app: FunctionApp, _request: Request) -> Response:
    return JSONResponse([
        {"name": function.name, "language": "python", "config": {"bindings": list(function.bindings)}}
        for function in app.functions.values()])


async def _run_timer(app: FunctionApp, threads: ThreadPoolExecutor, request: Request) -> Response:
    """Runs a timer's function out of turn ("Manually run a non HTTP-triggered function"); answers when it has ended.

    Azure answers 202 at once, and how it ended is in the log alone.
    """
    function = app.functions.get(request.path_params["name"])
    if function is None or function.trigger != TIMER_TRIGGER:
        return Response(status_code=404)
    return await _invoke(function, ['{"IsPastDue": false, "Schedule": {}, "ScheduleStatus": {}}'], threads)


async def _report_status(_request: Request) -> Response:
    return JSONResponse({"state": "Running"})


async def _receive(app: FunctionApp, threads: ThreadPoolExecutor, request: Request) -> Response:
    name = request.query_params.get("functionName", "")
    if name not in app.functions or app.functions[name].trigger != EVENT_GRID_TRIGGER:
        return PlainTextResponse(f"cannot find function: '{name}'", 404)
    if request.method == "OPTIONS":
        return _allow_origin(request)
    text = (await request.body()).decode("utf-8", "replace")
    match request.headers.get("aeg-event-type", "").lower():
        case "notification":
            function = app.functions[name]
            return await _invoke(function, _payloads(text, function.takes_batch), threads)
        case "subscriptionvalidation":
            return _echo_code(text)
        case "unsubscribe":
            return Response(status_code=202)
    return Response(status_code=400)


def _allow_origin(request: Request) -> Response:
    """Agree to CloudEvents ("Endpoint validation with CloudEvents schema")."""
    origin = request.headers.get("WebHook-Request-Origin", "eventgrid.azure.net")
    return Response(headers={"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": "*"})


def _echo_code(text: str) -> Response:
    """Agree to the Event Grid schema ("Webhook event delivery")."""
    try:
        code = json.loads(text)[0]["data"]["validationCode"]
    except (ValueError, KeyError, IndexError, TypeError):
        return PlainTextResponse("the body is not a subscription validation event", 400)
    return JSONResponse({"validationResponse": code})


def _payloads(text: str, takes_batch: bool) -> list[str]:
    """The text of each invocation that a notification causes."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return [text]
    events = content if isinstance(content, list) else [content]
    return [json.dumps(events)] if takes_batch else [json.dumps(event) for event in events]


async def _invoke(function: Function, payloads: Sequence[str], threads: ThreadPoolExecutor) -> Response:
    """Run all invocations at once; when one fails Event Grid sends all events again."""
    loop = asyncio.get_running_loop()
    invocations = [loop.run_in_executor(threads, function.invoke, payload) for payload in payloads]
    results = await asyncio.gather(*invocations, return_exceptions=True)
    errors = [result for result in results if result is not None]
    return PlainTextResponse(str(errors[0]), 500) if errors else Response(status_code=202)
