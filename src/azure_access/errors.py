"""Everything that can go wrong, as one tree.

MonitorError
├── RetryableError            delivering the event again may succeed: raised to the host, so that Event Grid redelivers
│   ├── SettingsError         a setting is missing or wrong
│   ├── IdentityError         no token to be had, or it was refused
│   │   └── IdentityUnavailableError  there is none just now
│   ├── RunHistoryError       Azure Machine Learning is down, slow, throttled or answers nonsense
│   │   └── RunNotFoundError  it does not know the run, or not yet
│   ├── TelemetryError        Application Insights, or another store, did not accept every record
│   ├── InFlightError         another invocation of this worker is recording the same event
│   └── UnexpectedError       a defect of this package
└── InvalidEventError         no retry can mend it: recorded as an `invalid_event`, and the delivery succeeds

A message names what failed, on what, and what to do. It may quote what came from outside: secrets are taken out of it
here, so that no error can be made that carries one, and it is one line, since the host logs it.
"""
from redaction.late_redactor import redact_text

from .log_texts import one_line


class MonitorError(Exception):
    """Base of every error that the app raises on purpose."""

    def __init__(self, message: str):
        super().__init__(one_line(redact_text(message)))


class RetryableError(MonitorError):
    """The event was not recorded; delivering it again may succeed."""


class SettingsError(RetryableError):
    """A setting is missing or wrong: once it is mended, the redelivered event is recorded."""


class IdentityError(RetryableError):
    """The identity of the function got no token, or the token was refused."""


class IdentityUnavailableError(IdentityError):
    """No token just now: who gives them is down, slow or throttles. Asking again may succeed."""


class RunHistoryError(RetryableError):
    """Azure Machine Learning could not be read. `is_transient`: another attempt, after `wait_seconds`, may help.
    `is_malformed`: it answered, but nothing that could be understood."""

    def __init__(self, message: str, *, is_transient: bool = False, is_malformed: bool = False,
                 wait_seconds: float | None = None):
        super().__init__(message)
        self.is_transient, self.is_malformed, self.wait_seconds = is_transient, is_malformed, wait_seconds


class RunNotFoundError(RunHistoryError):
    """Azure Machine Learning does not know the run, or not yet: events may overtake the run history."""


class TelemetryError(RetryableError):
    """Application Insights, or another store, did not accept every record."""


class InFlightError(RetryableError):
    """Another invocation of this worker is recording the same event right now."""


class UnexpectedError(RetryableError):
    """An exception that nobody foresaw: a defect of this package, but no reason to lose the event."""


class InvalidEventError(MonitorError):
    """The event is malformed or concerns a workspace that is not monitored."""
