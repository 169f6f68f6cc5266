"""What the Functions host tells Application Insights of each call: a request, and two exceptions where it has failed.

They are those of Functions host 4.1037, as "Host.Results" and "Function.NAME" write them, and go where Azure's setting
says, APPLICATIONINSIGHTS_CONNECTION_STRING, with its instrumentation key; without the setting there are none. They wait
for a second, where the real host lets them wait for half a minute.
"""
import json
import logging
import os
import ssl
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from local_azure.functions_host.models import HTTP_TRIGGER, Function, InvocationError

SETTING = "APPLICATIONINSIGHTS_CONNECTION_STRING"
_SECONDS = 1.0
_MILLISECOND = timedelta(milliseconds=1)
_TIMEOUT_SECONDS = 5.0
_MOST_TEXT = 32_768  # characters of an exception's message
_FAILED, _RPC = "Microsoft.Azure.WebJobs.Host.FunctionInvocationException", (
    "Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException")
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a function. `result_code` is the status of an HTTP answer, 0 of any other; `operation_id` is shared
    by the calls of one delivery, and `error` what the function raised."""

    function: str
    started: datetime
    duration: timedelta
    result_code: int
    operation_id: str
    error: BaseException | None
    invocation_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def succeeded(self) -> bool:
        return self.error is None and self.result_code < 400


class Telemetry:
    """Takes calls from any thread."""

    def __init__(self, instrumentation_key: str, role: str) -> None:
        self._key, self._role, self._host_id = instrumentation_key, role, str(uuid.uuid4())
        self._lock, self._items = threading.Lock(), list[dict[str, Any]]()

    def invoke(self, function: Function, operation_id: str, payload: Any) -> object:
        """As `function.invoke`; the call is noted however it ends."""
        started, started_seconds = datetime.now(UTC), time.perf_counter()

        def note(result: object, error: BaseException | None) -> None:
            duration = timedelta(seconds=time.perf_counter() - started_seconds)
            code = _result_code(function, result, error)
            self._add(Call(function.name, started, duration, code, operation_id, error))

        try:
            result = function.invoke(payload)
        except InvocationError as exc:
            note(None, exc.__cause__)
            raise
        note(result, None)
        return result

    def take(self) -> list[dict[str, Any]]:
        """What waits, as envelopes; it does not any more."""
        with self._lock:
            items, self._items = self._items, []
            return items

    def _add(self, call: Call) -> None:
        items = [self._request(call)]
        if call.error is not None:
            items += [self._exception(call, category) for category in (f"Function.{call.function}", "Host.Results")]
        with self._lock:
            self._items += items

    def _request(self, call: Call) -> dict[str, Any]:
        properties = self._properties(call, "Host.Results") | {
            "FullName": f"Functions.{call.function}", "FunctionExecutionTimeMs": f"{call.duration / _MILLISECOND:.4f}"}
        return self._envelope(call, "Request", call.started, {
            "id": _span_id(call), "name": call.function, "duration": _timespan(call.duration),
            "responseCode": str(call.result_code), "success": call.succeeded, "properties": properties})

    def _exception(self, call: Call, category: str) -> dict[str, Any]:
        said = f"Result: Failure\nException: {type(call.error).__name__}: {call.error}"
        texts = {_FAILED: f"Exception while executing function: Functions.{call.function}", _RPC: said[:_MOST_TEXT]}
        return self._envelope(call, "Exception", call.started + call.duration, {
            "exceptions": [{"typeName": name, "message": text} for name, text in texts.items()],
            "severityLevel": "Error", "properties": self._properties(call, category)})

    def _properties(self, call: Call, category: str) -> dict[str, str]:
        return {"Category": category, "LogLevel": "Information" if call.error is None else "Error",
                "InvocationId": call.invocation_id, "HostInstanceId": self._host_id, "ProcessId": str(os.getpid())}

    def _envelope(self, call: Call, kind: str, moment: datetime, data: Mapping[str, Any]) -> dict[str, Any]:
        parent = {} if kind == "Request" else {"ai.operation.parentId": _span_id(call)}
        return {"name": f"Microsoft.ApplicationInsights.{kind}", "iKey": self._key, "time": moment.isoformat(),
                "tags": {"ai.operation.id": call.operation_id, "ai.operation.name": call.function,
                         "ai.cloud.role": self._role, **parent},
                "data": {"baseType": f"{kind}Data", "baseData": data}}


@contextmanager
def telemetry(settings: Mapping[str, str]) -> Iterator[Telemetry | None]:
    """While it is open, what was noted is sent; None where the settings of the app name no place for it."""
    parts = dict(part.partition("=")[::2] for part in settings.get(SETTING, "").split(";"))
    key, endpoint = parts.get("InstrumentationKey"), parts.get("IngestionEndpoint")
    if not key or not endpoint:
        yield None
        return
    noted, ended = Telemetry(key, settings.get("WEBSITE_SITE_NAME") or "functions-host"), threading.Event()
    trust = ssl.create_default_context(cafile=settings.get("SSL_CERT_FILE") or None)
    with httpx.Client(verify=trust, trust_env=False, timeout=_TIMEOUT_SECONDS) as client:
        url = f"{endpoint.rstrip('/')}/v2/track"
        sending = threading.Thread(target=_send_all, args=(noted, client, url, ended), name="telemetry", daemon=True)
        sending.start()
        try:
            yield noted
        finally:
            ended.set()
            sending.join(_TIMEOUT_SECONDS)


def _send_all(noted: Telemetry, client: httpx.Client, url: str, ended: threading.Event) -> None:
    is_last = False
    while not is_last:
        is_last = ended.wait(_SECONDS)
        if items := noted.take():
            try:
                client.post(url, content="\n".join(map(json.dumps, items)),
                            headers={"Content-Type": "application/x-json-stream"}).raise_for_status()
            except (httpx.HTTPError, httpx.InvalidURL, RuntimeError) as exc:  # the last of a client that is closed
                _logger.warning("%s items of the host's telemetry are lost: %s", len(items), exc)


def _result_code(function: Function, result: object, error: BaseException | None) -> int:
    if function.trigger != HTTP_TRIGGER:
        return 0
    return 500 if error else 200 if isinstance(result, str) else int(getattr(result, "status_code", 500))


def _span_id(call: Call) -> str:
    return call.invocation_id.replace("-", "")[:16]


def _timespan(duration: timedelta) -> str:
    seconds = duration.total_seconds()
    return f"{int(seconds // 3600):02}:{int(seconds // 60 % 60):02}:{seconds % 60:09.6f}"
