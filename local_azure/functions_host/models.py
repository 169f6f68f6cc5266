"""A function app as the host sees it: functions with an Event Grid, HTTP, Service Bus or timer trigger, called as
Azure's worker does.

The app is indexed by the azure-functions library, and the trigger's argument comes from that library's own
converter, so a parameter receives here what it receives in Azure: of an event raw text for `str` and `bytes`,
otherwise an EventGridEvent or a CloudEvent. Functions that are coroutines, take more than that argument or have other
triggers are not run by this host, and a timer's function only when it is asked to.
"""
import importlib.util
import inspect
import json
import logging
import sys
import time
import typing
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import azure.functions as func
from azure.functions.meta import Datum

from local_azure.functions_host.service_bus.arguments import decoder as message_decoder
from local_azure.functions_host.service_bus.settings import ListenerSettings, read_settings
from local_azure.terminal_texts import terminal_text

EVENT_GRID_TRIGGER, TIMER_TRIGGER, SERVICE_BUS_TRIGGER = "eventGridTrigger", "timerTrigger", "serviceBusTrigger"
HTTP_TRIGGER = "httpTrigger"
KEY_VARIABLE = "FUNCTIONS_MASTER_KEY"
"""The environment variable with the key that callers must send: a command line could be read by every user."""
THREAD_COUNT_SETTING = "PYTHON_THREADPOOL_THREAD_COUNT"
"""Azure's own setting of how many functions a worker runs at once."""
DEFAULT_TIMEOUT = "00:30:00"
"""Of every plan but Consumption ("host.json reference for Azure Functions")."""
DEFAULT_ROUTE_PREFIX = "api"
RUNNING_FUNCTION: ContextVar[str] = ContextVar("running_function", default="host")
"""The name of the function that the current thread runs, for the log."""
_TRIGGERS = (EVENT_GRID_TRIGGER, TIMER_TRIGGER, SERVICE_BUS_TRIGGER, HTTP_TRIGGER)
logger = logging.getLogger(__name__)


class FunctionLoadError(Exception):
    """The function app cannot be run by this host."""


class InvocationError(Exception):
    """A function raised, or returned what it must not: its text is the host's, `reason` what the function said."""

    def __init__(self, name: str, reason: str):
        super().__init__(f"Exception while executing function: Functions.{name}")
        self.reason = reason


class FunctionTimeoutError(Exception):
    """A function took longer than the app allows, and hangs in this process: its text is the host's."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function; `takes_batch` when the cardinality of its Event Grid trigger is many."""

    name: str
    trigger: str
    bindings: tuple[Mapping[str, Any], ...]
    takes_batch: bool
    call: Callable[[Any], object]

    @property
    def trigger_binding(self) -> Mapping[str, Any]:
        return next(binding for binding in self.bindings if binding["type"] == self.trigger)

    def invoke(self, payload: Any) -> object:
        """Run the function on what its trigger hands over, of Event Grid and the clock a text, and log the outcome.
        What it returned, which only an HTTP function may. Raises InvocationError."""
        token = RUNNING_FUNCTION.set(self.name)
        started_seconds = time.perf_counter()
        try:
            result = self.call(payload)
            if result is not None and self.trigger != HTTP_TRIGGER:
                raise TypeError("it returned a value, but has no output binding for one")
        except (Exception, SystemExit) as exc:  # one that calls sys.exit fails as any other
            logger.exception("failed after %.0f ms: %s", _ms_since(started_seconds), terminal_text(str(exc)))
            raise InvocationError(self.name, str(exc) or type(exc).__name__) from exc
        else:
            logger.info("succeeded after %.0f ms", _ms_since(started_seconds))
            return result
        finally:
            RUNNING_FUNCTION.reset(token)


@dataclass(frozen=True, slots=True)
class FunctionApp:
    """The functions of an app, by name, how long one may run, as host.json has it: `hh:mm:ss`, or -1 for ever, how
    messages are taken for them, and what the paths of HTTP functions begin with."""

    functions: Mapping[str, Function]
    timeout: str = DEFAULT_TIMEOUT
    listener_settings: ListenerSettings = ListenerSettings()
    route_prefix: str = DEFAULT_ROUTE_PREFIX

    @property
    def timeout_seconds(self) -> float | None:
        if self.timeout == "-1":
            return None
        hours, minutes, seconds = map(float, self.timeout.split(":"))
        return (hours * 60 + minutes) * 60 + seconds


def load_function_app(folder: Path) -> FunctionApp:
    """Import `function_app.py` from `folder` and index it; raises FunctionLoadError and what the app raises."""
    module = _import(folder / "function_app.py")
    apps = [value for value in vars(module).values() if isinstance(value, func.FunctionRegister)]
    if len(apps) != 1:
        raise FunctionLoadError(f"{module.__file__} must hold one function app, but holds {len(apps)}")
    found = [_index(function, trigger.type, trigger.name) for function in apps[0].get_functions()
             if (trigger := function.get_trigger()) and trigger.type in _TRIGGERS]
    settings = _read_host_settings(folder)
    return FunctionApp({function.name: function for function in found},
                       str(settings.get("functionTimeout", DEFAULT_TIMEOUT)), read_settings(settings),
                       settings.get("extensions", {}).get("http", {}).get("routePrefix", DEFAULT_ROUTE_PREFIX))


def _read_host_settings(folder: Path) -> dict[str, Any]:
    file = folder / "host.json"
    return dict(json.loads(file.read_text("utf-8-sig"))) if file.exists() else {}


def _import(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("function_app", file)
    if spec is None or spec.loader is None:
        raise FunctionLoadError(f"{file} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _index(function: func.Function, trigger: str, parameter: str) -> Function:
    """The library's function object as one this host can call, checked as Azure's worker checks it."""
    call = function.get_user_function()
    name = function.get_function_name() or call.__name__
    if inspect.iscoroutinefunction(call) or list(inspect.signature(call).parameters) != [parameter]:
        raise FunctionLoadError(f"{name} must be a plain function of one parameter, {parameter}")
    bindings = tuple(json.loads(binding) for binding in function.get_raw_bindings())
    takes_batch = any(str(binding.get("cardinality", "")).lower() == "many" for binding in bindings)
    if trigger == SERVICE_BUS_TRIGGER and takes_batch:
        raise FunctionLoadError(f"{name}: this host hands over one message a call, not many")
    decode = _decoder(name, trigger, typing.get_type_hints(call).get(parameter), bindings)
    return Function(name, trigger, bindings, takes_batch, lambda payload: call(decode(payload)))


def _decoder(name: str, trigger: str, annotation: Any,
             bindings: Sequence[Mapping[str, Any]]) -> Callable[[Any], object]:
    if trigger == SERVICE_BUS_TRIGGER:
        data_type = next((str(binding["dataType"]) for binding in bindings if "dataType" in binding), "")
        if decode := message_decoder(annotation, data_type):
            return decode
        raise FunctionLoadError(f"{name}: {trigger} cannot be bound to {annotation}")
    converter = func.get_binding_registry().get(trigger)  # type: ignore[no-untyped-call]  # the library gives no type
    if trigger == EVENT_GRID_TRIGGER and annotation in (str, bytes):
        return str
    if annotation is None or converter.check_input_type_annotation(annotation):
        kind = "http" if trigger == HTTP_TRIGGER else "json"
        return lambda payload: converter.decode(Datum(payload, kind), trigger_metadata={})
    raise FunctionLoadError(f"{name}: {trigger} cannot be bound to {annotation}")


def _ms_since(started_seconds: float) -> float:
    return (time.perf_counter() - started_seconds) * 1000
