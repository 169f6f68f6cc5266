"""What callers are answered: JSON, whatever happened. Pure.

Errors have the shape of Azure's own: `{"error": {"code", "message", "details": [{"target", "message"}]}}`.
"""
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from azure_access.errors import (
    IdentityError, IdentityUnavailableError, MonitorError, RunHistoryError, RunNotFoundError, SettingsError)
from azure_access.log_texts import one_line
from redaction.redactor import redact_text

from .refusals import LATER_SECONDS, Refusal


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> str:
        return json.dumps(self.content)


def describe_start(run_id: str, experiment_name: str, portal_url: str, status_url: str, *, is_repeat: bool) -> Answer:
    return Answer(202, {"run_id": run_id, "experiment_name": experiment_name, "portal_url": portal_url,
                        "status_url": status_url, "is_repeat": is_repeat}, {"Location": status_url})


def describe_error(error: MonitorError) -> Answer:
    refusal = error if isinstance(error, Refusal) else _refusal_of(error)
    details = [{"target": one.field, "message": one_line(redact_text(one.message))} for one in refusal.problems]
    content = {"code": refusal.code, "message": str(refusal), **({"details": details} if details else {})}
    wait = refusal.retry_after_seconds
    return Answer(refusal.status, {"error": content}, {} if wait is None else {"Retry-After": str(math.ceil(wait))})


def describe_defect(error: Exception) -> Answer:
    """What it says is told nowhere, since nobody knows what it quotes: the log has its place."""
    return Answer(500, {"error": {"code": "InternalError", "message": f"a defect of the app ({type(error).__name__}): "
                                  "its log says where"}})


def _refusal_of(error: MonitorError) -> Refusal:
    said = str(error).replace("Event Grid delivers the event again", "ask again later")  # who asks here is a person
    if isinstance(error, SettingsError):
        return Refusal(500, "Misconfigured", said)
    if isinstance(error, IdentityError) and not isinstance(error, IdentityUnavailableError):
        return Refusal(502, "AccessDenied", said)
    if isinstance(error, RunNotFoundError):
        return Refusal(404, "RunNotFound", said)
    wait = error.wait_seconds if isinstance(error, RunHistoryError) else None
    return Refusal(503, "ServiceUnavailable", said, retry_after_seconds=wait or LATER_SECONDS)
