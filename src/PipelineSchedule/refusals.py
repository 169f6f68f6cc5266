"""Why a pipeline is not started, as the caller is answered: an HTTP status, a word for programs, and what helps.

A message is redacted and one line, as that of every error of this app.
"""
from collections.abc import Sequence
from dataclasses import dataclass

from azure_access.errors import MonitorError

LATER_SECONDS = 30.0  # when another request is worth a try, where the service does not say it


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a request; `field` says where, `parameters.size` for one."""

    field: str
    message: str


class Refusal(MonitorError):
    """`retry_after_seconds`: the same request may succeed then. Without it, it never will."""

    def __init__(self, status: int, code: str, message: str, *, problems: Sequence[Problem] = (),
                 retry_after_seconds: float | None = None):
        super().__init__(message)
        self.status, self.code = status, code
        self.problems, self.retry_after_seconds = tuple(problems), retry_after_seconds


def invalid(problems: Sequence[Problem]) -> Refusal:
    fields = ", ".join(one.field for one in problems)
    return Refusal(400, "InvalidRequest", f"the request is wrong in {fields}: mend it and send it again",
                   problems=problems)


def unavailable(message: str, retry_after_seconds: float | None = None) -> Refusal:
    return Refusal(503, "ServiceUnavailable", message, retry_after_seconds=retry_after_seconds or LATER_SECONDS)
