"""The HTTP side of the Functions host, as it answers Event Grid and people.

The answers are those of Functions host 4.1037 with its Event Grid extension 3.3; docs/local_azure.md says what
differs.
"""
import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, unquote
from uuid import uuid4

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local_azure.functions_host.event_text import UnreadableBodyError, read_events
from local_azure.functions_host.http_functions import HttpFunction, find_http_functions, read_body
from local_azure.functions_host.models import (
    EVENT_GRID_TRIGGER, TIMER_TRIGGER, Function, FunctionApp, FunctionTimeoutError, InvocationError)
from local_azure.functions_host.service_bus.settings import ListenerSettings
from local_azure.functions_host.telemetry import Telemetry
from local_azure.terminal_texts import terminal_text

Handler = Callable[[Request], Awaitable[Response]]
REASON_HEADER = "X-Reason"  # percent-encoded
_MOST_OF_A_REASON = 4_000  # characters: what is longer, clients could refuse as a header
SYSTEM_KEY = "eventgrid_extension"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_TIMER = '{"IsPastDue": false, "Schedule": {}, "ScheduleStatus": {}}'
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Keys:
    """The host's keys: the master's opens everything, the system's the webhook, a function's neither of the two."""

    master: str
    system: str
    function: str

    @classmethod
    def of(cls, master: str) -> "Keys":
        """The others follow from the master key, so that they stay the same while it does."""
        return cls(master, *(hmac.new(master.encode(), name.encode(), "sha256").hexdigest()
                             for name in (SYSTEM_KEY, "default")))


class Host:
    """A running app: its functions on `threads`, each for at most `timeout_seconds`. `restart` ends the process and
    everything in it, as a worker that hangs is ended in Azure."""

    def __init__(self, app: FunctionApp, threads: ThreadPoolExecutor, restart: Callable[[], None],
                 telemetry: Telemetry | None = None):
        self._app, self._threads, self.restart, self._telemetry = app, threads, restart, telemetry

    @property
    def listener_settings(self) -> ListenerSettings:
        return self._app.listener_settings

    def find(self, name: str, trigger: str) -> Function | None:
        """By its exact name."""
        function = self._app.functions.get(name)
        return function if function and function.trigger == trigger else None

    def list_functions(self) -> list[Function]:
        return list(self._app.functions.values())

    def list_http_functions(self) -> list[HttpFunction]:
        return find_http_functions(self._app)

    async def run(self, function: Function, payloads: Sequence[Any]) -> list[Any]:
        """Runs all invocations at once: what each returned or raised. Raises FunctionTimeoutError, and then `restart`
        is due."""
        loop = asyncio.get_running_loop()
        invoke = partial(self._telemetry.invoke, function, uuid4().hex) if self._telemetry else function.invoke
        calls = [loop.run_in_executor(self._threads, invoke, payload) for payload in payloads]
        gathered = asyncio.gather(*calls, return_exceptions=True)
        try:
            return await asyncio.wait_for(gathered, self._app.timeout_seconds)
        except TimeoutError as exc:
            problem = f"Timeout value of {self._app.timeout} was exceeded by function: Functions.{function.name}"
            logger.error("%s: the worker is started anew", problem)
            raise FunctionTimeoutError(problem) from exc

    async def answer(self, function: HttpFunction, request: Request) -> Response:
        """What an HTTP function answers. Why it has failed, callers in Azure are not told."""
        try:
            [result] = await self.run(function.function, [await function.take(request)])
        except UnreadableBodyError:
            return Response(status_code=500, headers={"Connection": "close"})
        except FunctionTimeoutError as exc:
            return PlainTextResponse(str(exc), 500, background=BackgroundTask(self.restart))
        if isinstance(result, BaseException):
            return Response(status_code=500, headers=_describe(result).headers)
        return function.give(result)

    async def invoke(self, function: Function, payloads: Sequence[str]) -> Response:
        """When one invocation fails, Event Grid sends all events again."""
        try:
            errors = [error for error in await self.run(function, payloads) if error]
        except FunctionTimeoutError as exc:
            return PlainTextResponse(str(exc), 500, background=BackgroundTask(self.restart))
        return _describe(errors[0]) if errors else Response(status_code=202)


def _describe(error: BaseException) -> Response:
    """The answer has the function's name alone, as in Azure; why it failed, for people on this machine, is a header."""
    reason = error.reason if isinstance(error, InvocationError) else str(error)
    told = quote(reason[:_MOST_OF_A_REASON], errors="replace")
    return PlainTextResponse(str(error), 500, headers={REASON_HEADER: told})


def read_reason(headers: Mapping[str, str]) -> str:
    """Why a function failed, out of the headers of an answer; empty where it did not."""
    return unquote(headers.get(REASON_HEADER, ""))


def routes(host: Host, keys: Keys) -> list[Route]:
    """The webhook is open to the system key and the master key, administration to the latter."""
    def guarded(handler: Handler) -> Handler:
        return partial(_check_key, (keys.master,), keys, handler)

    receive = partial(_check_key, (keys.master, keys.system), keys, partial(_receive, host))
    return [
        Route("/runtime/webhooks/EventGrid", receive, methods=["GET", "POST", "OPTIONS"]),
        Route("/admin/host/ping", _answer_ping),
        Route("/admin/host/status", guarded(_report_status)),
        Route("/admin/host/systemkeys", guarded(partial(_list_system_keys, keys))),
        Route("/admin/functions", guarded(partial(_list_functions, host))),
        Route("/admin/functions/{name}", guarded(partial(_run_timer, host)), methods=["POST"]),
        Route("/{path:path}", partial(_call, host, keys), methods=METHODS)]


async def _check_key(allowed: Sequence[str], keys: Keys, handler: Handler, request: Request) -> Response:
    given = request.query_params.get("code") or request.headers.get("x-functions-key", "")
    if any(hmac.compare_digest(given.encode(), key.encode()) for key in allowed):
        return await handler(request)
    is_known = any(hmac.compare_digest(given.encode(), key.encode()) for key in (keys.system, keys.function))
    return Response(status_code=403 if is_known else 401)


async def _call(host: Host, keys: Keys, request: Request) -> Response:
    """An HTTP function, by its route in any case; open to the keys that its authorization level names."""
    for function in host.list_http_functions():
        if function.fits(request):
            answer = partial(host.answer, function)
            if function.level == "ANONYMOUS":
                return await answer(request)
            allowed = (keys.master,) if function.level == "ADMIN" else (keys.master, keys.function)
            refused = await _check_key(allowed, keys, answer, request)
            return refused if refused.status_code != 403 else Response(status_code=401)
    return Response(status_code=404)


async def _answer_ping(_request: Request) -> Response:
    return Response()


async def _report_status(_request: Request) -> Response:
    return JSONResponse({"state": "Running"})


async def _list_system_keys(keys: Keys, _request: Request) -> Response:
    return JSONResponse({"keys": [{"name": SYSTEM_KEY, "value": keys.system}]})


async def _list_functions(host: Host, _request: Request) -> Response:
    return JSONResponse([
        {"name": function.name, "language": "python", "config": {"bindings": list(function.bindings)}}
        for function in host.list_functions()])


async def _run_timer(host: Host, request: Request) -> Response:
    """Runs a timer's function out of turn ("Manually run a non HTTP-triggered function"); answers when it has ended.

    Azure answers 202 at once, and how it ended is in the log alone.
    """
    function = host.find(request.path_params["name"], TIMER_TRIGGER)
    return await host.invoke(function, [_TIMER]) if function else Response(status_code=404)


async def _receive(host: Host, request: Request) -> Response:
    name = request.query_params.get("functionName", "")
    function = host.find(name, EVENT_GRID_TRIGGER)
    if function is None:
        is_broken = not host.list_functions()  # where one function cannot be loaded, none is
        return Response(status_code=404) if is_broken else PlainTextResponse(f"cannot find function: '{name}'", 404)
    if request.method == "OPTIONS":
        return _allow_origin(request)
    event_type = request.headers.get("aeg-event-type", "").lower()
    if request.method == "GET" or event_type not in ("notification", "subscriptionvalidation", "unsubscribe"):
        return Response(status_code=400)
    if event_type == "unsubscribe":
        return Response(status_code=202)
    try:
        events = read_events(await _read_body(request))
    except UnreadableBodyError as exc:
        logger.error("the body was not handed to %s: %s", name, terminal_text(str(exc)))
        return Response(status_code=500, headers={"Connection": "close"})
    if event_type == "subscriptionvalidation":
        return _echo_code(events)
    return await host.invoke(function, [f"[{','.join(events)}]"] if function.takes_batch else events)


async def _read_body(request: Request) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() in _FORMS:
        raise UnreadableBodyError("the body is a form")
    return await read_body(request)


def _allow_origin(request: Request) -> Response:
    """Agree to CloudEvents ("Endpoint validation with CloudEvents schema")."""
    origin = request.headers.get("WebHook-Request-Origin", "eventgrid.azure.net")
    return Response(headers={"WebHook-Allowed-Origin": origin})


def _echo_code(events: Sequence[str]) -> Response:
    """Agree to the Event Grid schema ("Webhook event delivery")."""
    try:
        code = json.loads(events[0])["data"]["validationCode"]
    except (KeyError, IndexError, TypeError):
        return Response(status_code=500)
    return PlainTextResponse(json.dumps({"validationResponse": code}, separators=(",", ":")))
