"""The function that Event Grid calls when a notebook's run has changed: where it has ended, Azure DevOps is told.

What fails is raised, and Event Grid delivers the event again: nothing that was told is told twice.
"""
import logging

from azure_access.deadline import Deadline
from azure_access.defects import telling_the_host
from azure_access.log_texts import log_text

from .errors import InvalidMessageError
from .events import parse_events
from .opening import opened
from .reporting import Record

_SECONDS = 100.0
_log = logging.getLogger(__name__)


def main(event: str, record: Record) -> None:
    """`record` keeps what became of the cells. Raises MonitorError."""
    with telling_the_host():
        app = opened().recording(record)
        for changed in parse_events(event):
            try:
                workspace = app.workspaces.find(changed.workspace)
            except InvalidMessageError as exc:
                _log.warning("run %s is not looked at: %s", log_text(changed.run_id), exc)
                continue
            app.reporter.report(workspace, changed.run_id, Deadline(_SECONDS))
