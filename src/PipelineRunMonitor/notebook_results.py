"""What became of the cells of a notebook, recorded beside the run that executed it.

The monitor sees the run alone; who reads the executed notebook tells this, once for each. The record has the type
`notebook_result` and whatever facts it is given, redacted and within the limits of every record.
"""
import logging
import os
import threading
from collections.abc import Mapping
from typing import Any

from azure_access.credentials import credential
from azure_access.deadline import Deadline
from azure_access.errors import TelemetryError
from redaction.redactor import redact

from .records import dimensions, limits
from .records.record import Record, operation_id
from .settings import Settings
from .stores.opening import open_sink
from .stores.sinks import Sink

TYPE = "notebook_result"
_sink: Sink | None = None
_opening = threading.Lock()


def send(run_id: str, facts: Mapping[str, Any], seconds: float) -> None:
    """Returns when the record was accepted. Raises MonitorError where it was not: to tell it again is to replace it, as
    queries take the latest record of a run."""
    sink = _open()
    sending = sink.send([record(run_id, facts)], Deadline(seconds))
    if sending.unsent:
        raise TelemetryError(f"{sink.name} did not accept the result of a notebook: {sending.problem}")
    if sending.refusals:
        raise TelemetryError(f"{sink.name} refuses the result of a notebook: {sending.refusals[0].reason}; check "
                             f"{sink.setting}")


def record(run_id: str, facts: Mapping[str, Any]) -> Record:
    """Facts that are None or empty are left out. Pure."""
    found = limits.fit(redact({"type": TYPE, "run_id": run_id, "record_version": dimensions.RECORD_VERSION, **facts}))
    passed = found.get("result") == "passed"
    return Record(f"{found.get('notebook', run_id)}: {found.get('result', 'unknown')}", found,
                  logging.INFO if passed else logging.ERROR, operation_id(run_id))


def _open() -> Sink:
    """Once for each worker, and again while a setting is wrong."""
    global _sink
    with _opening:
        if _sink is None:
            settings = Settings.from_environment(os.environ)
            _sink = open_sink(settings, credential(settings.identity))
        return _sink
