"""Functions that answer HTTP: which requests are theirs, what they get of one, and what becomes of what they return.

"Azure Functions HTTP trigger", and what Functions host 4.1037 was seen to do: a chunked body arrives empty, 100 MiB are
the most, and what is no answer is a 500 without a body.
"""
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import azure.functions as func
from azure.functions.http import HttpResponseConverter
from azure.functions.meta import Datum
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from local_azure import bodies
from local_azure.functions_host.event_text import MOST_BYTES, UnreadableBodyError
from local_azure.functions_host.models import HTTP_TRIGGER, Function, FunctionApp

_PARAMETER = re.compile(r"\\\{(\\\*)?(\w+)\\\}")  # in a route that is escaped


@dataclass(frozen=True, slots=True)
class HttpFunction:
    """`level` is who may call it: ANONYMOUS, FUNCTION or ADMIN. `methods` are empty where all are its."""

    function: Function
    path: re.Pattern[str]
    methods: frozenset[str]
    level: str

    def fits(self, request: Request) -> bool:
        return (not self.methods or request.method in self.methods) and bool(self.path.fullmatch(request.scope["path"]))

    async def take(self, request: Request) -> Mapping[str, Any]:
        """The request as the library's converter wants it. Raises UnreadableBodyError."""
        found = self.path.fullmatch(request.scope["path"])
        is_chunked = "chunked" in request.headers.get("transfer-encoding", "").lower()
        body = await read_body(request)
        return {
            "method": Datum(request.method, "string"), "url": Datum(_url(request), "string"),
            "headers": _data(dict(request.headers)), "query": _data(dict(request.query_params)),
            "params": _data(found.groupdict() if found else {}), "body": Datum(b"" if is_chunked else body, "bytes")}

    def give(self, result: object) -> Response:
        if isinstance(result, str):
            return PlainTextResponse(result)
        if not isinstance(result, func.HttpResponse):
            return Response(status_code=500)
        answer = HttpResponseConverter.encode(result, expected_type=None).value
        headers = {name: value.value for name, value in answer["headers"].items()}
        return Response(answer["body"].value, int(answer["status_code"].value), headers)


def find_http_functions(app: FunctionApp) -> list[HttpFunction]:
    return list(_find(app))


def _find(app: FunctionApp) -> Iterator[HttpFunction]:
    for function in app.functions.values():
        if function.trigger == HTTP_TRIGGER:
            binding = function.trigger_binding
            prefix, route = app.route_prefix.strip("/"), str(binding.get("route") or function.name).strip("/")
            yield HttpFunction(function, _pattern(f"/{prefix}/{route}" if prefix else f"/{route}"),
                               frozenset(binding.get("methods") or ()),
                               str(binding.get("authLevel", "FUNCTION")).upper())


def _pattern(route: str) -> re.Pattern[str]:
    """Of `/api/pipelines/{name}/runs`; what `{*name}` takes may have slashes in it."""
    escaped = re.escape(route)
    return re.compile(_PARAMETER.sub(lambda found: f"(?P<{found[2]}>{'.*' if found[1] else '[^/]+'})", escaped),
                      re.IGNORECASE)


def _url(request: Request) -> str:
    """As it was asked for: Starlette's own has the path decoded."""
    path = request.scope.get("raw_path", b"").decode("ascii", "replace").partition("?")[0]
    return str(request.url.replace(path=path or request.scope["path"]))


def _data(texts: Mapping[str, str]) -> dict[str, Datum]:
    return {name: Datum(text, "string") for name, text in texts.items()}


async def read_body(request: Request) -> bytes:
    """Raises UnreadableBodyError."""
    try:
        return await bodies.read_body(request, MOST_BYTES)
    except bodies.BodyTooLargeError as exc:
        raise UnreadableBodyError(f"more than {MOST_BYTES:,} bytes") from exc
