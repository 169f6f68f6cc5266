"""Microsoft's own Python worker code (azure-functions-runtime), driven without a host.

The worker takes the classes of its gRPC messages from whoever starts it, so plain objects with the same fields do. What
it does with them is what it does in Azure: index the app, load a function, convert its input, invoke it.
"""
import asyncio
import json
import sys
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import azure_functions_runtime as worker

FUNCTION_HOST = "127.0.0.1"


class Message:
    """A message with the fields that it was made with; a oneof is told by the field that is set."""

    def __init__(self, **fields: Any):
        self.__dict__.update(fields)

    def WhichOneof(self, group: str) -> str | None:  # noqa: N802 (protobuf's name)
        return next((name for name, value in vars(self).items() if name != "name" and value is not None), None)


class _Messages:
    """The generated module that the worker looks classes up in."""

    StatusResult = type("StatusResult", (Message,), {"Failure": 0, "Success": 1, "Cancelled": 2})
    BindingInfo = type("BindingInfo", (Message,), {
        "in": 0, "out": 1, "inout": 2, "undefined": 0, "string": 1, "binary": 2, "stream": 3})

    def __getattr__(self, name: str) -> type:
        return type(name, (Message,), {})


class Worker:
    """The worker with one function app: a context manager, because the worker keeps a thread pool."""

    def __init__(self, app: Path):
        self._app, self._messages = app, _Messages()
        self._functions: dict[str, Message] = {}

    def __enter__(self) -> "Worker":
        sys.modules.pop("function_app", None)
        sys.path.insert(0, str(self._app))
        worker.start_threadpool_executor()
        return self

    def __exit__(self, *_: object) -> None:
        worker.stop_threadpool_executor()
        sys.path.remove(str(self._app))

    def index(self) -> dict[str, list[dict]]:
        """The functions that the worker finds, each with its bindings. Raises RuntimeError with the worker's error."""
        self._ask("worker_init_request", host_version="4.1040", capabilities={}, function_app_directory=str(self._app))
        answer = self._ask("functions_metadata_request")
        self._functions = {found.name: found for found in answer.function_metadata_results or ()}
        return {name: [json.loads(binding) for binding in found.raw_bindings]
                for name, found in self._functions.items()}

    def load(self, name: str) -> None:
        """Raises RuntimeError when the function's signature does not fit its bindings."""
        found = self._functions[name]
        self._ask("function_load_request", function_id=found.function_id, metadata=found)

    def invoke(self, name: str, argument: str, text: str) -> None:
        """Calls the function with the JSON text of an event. Raises RuntimeError with the function's error."""
        data = self._messages.TypedData(json=text)
        self._ask(
            "invocation_request", invocation_id=str(uuid.uuid4()), function_id=self._functions[name].function_id,
            input_data=[self._messages.ParameterBinding(name=argument, data=data)], trigger_metadata={},
            trace_context=Message(trace_parent="", trace_state="", attributes={}),
            retry_context=Message(retry_count=0, max_retry_count=0, exception=None))

    def _ask(self, verb: str, **fields: Any) -> Any:
        request = SimpleNamespace(request=SimpleNamespace(**{verb: Message(**fields)}),
                                  properties={"protos": self._messages, "host": FUNCTION_HOST})
        answer = asyncio.run(getattr(worker, verb)(request))
        if answer.result.status != self._messages.StatusResult.Success:
            raise RuntimeError(answer.result.exception.message)
        return answer
