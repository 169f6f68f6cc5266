"""The function: an event arrives, the ended run is read, recorded and sent.

Success tells Event Grid that the event needs no more delivery: recorded, of no interest, or beyond repair (which is
recorded too). An exception makes it deliver the event again, and dead-letter it in the end.

What takes its time to import is imported for the first event, in the order in which something can be asked for
meanwhile.
"""
import os
import threading
from typing import TYPE_CHECKING

from azure_access.defects import telling_the_host
from azure_access.swift_imports import swift_imports

from .settings import Settings

if TYPE_CHECKING:
    from .monitor import Monitor

_monitor: "Monitor | None" = None
_building = threading.Lock()


def main(event: str) -> None:
    """Records the ended runs in a request's body: one event or a batch, in the Event Grid schema or as CloudEvents.

    Raises RetryableError when an event could not be recorded now; what could be, was.
    """
    with telling_the_host():
        _get_monitor().handle(event)


def _get_monitor() -> "Monitor":
    """Built at the first invocation and kept; while a setting is wrong every invocation fails and tries again."""
    global _monitor
    with _building:
        if _monitor is None:
            settings = Settings.from_environment(os.environ)
            with swift_imports():
                _monitor = _build(settings)
        return _monitor


def _build(settings: Settings) -> "Monitor":
    from azure_access.credentials import credential

    from .runs.opening import open_reader
    identity = credential(settings.identity)
    runs = open_reader(settings, identity)
    from .monitor import Monitor  # and what makes and sends records, while a workspace is opened
    from .stores.opening import open_sink
    return Monitor(settings, runs, open_sink(settings, identity))
