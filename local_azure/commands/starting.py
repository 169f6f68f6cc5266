"""Starting a local Azure from a command: progress while it starts, clear lines where it cannot, a clean end."""
import errno
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import duckdb
from rich.console import Console

from .. import environment_file
from ..application_insights.writing import NotStoredError
from ..cloud import LocalAzure
from ..endpoints import Endpoints, NotRunningError
from ..event_grid.handshake import EndpointValidationError
from ..folders import ENVIRONMENTS_FOLDER
from ..functions_host.process import FunctionsHostError
from ..options import Options
from ..scenarios.models import Workspace
from ..serving import PortTakenError
from .connecting import connected
from .failure import CommandError

_NO_ROOM = {os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)}
_MARK = "ca.pem"  # the first file that a local Azure writes into its folder, and it stays
# Ctrl-C, the end of a container or a job, the end of a terminal. Windows has no SIGHUP.
_STOP_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class StopSignals:
    """Notes the signals that stop a command; the command obeys where it pauses.

    What a signal handler raises can come up anywhere, in the callback of a weak reference too, where Python drops it.
    """

    def __init__(self) -> None:
        self._came = False

    def note(self, *_: object) -> None:
        self._came = True

    def pause(self, seconds: float) -> None:
        """Keep the waits short: a signal that the system gives to another thread interrupts none.

        Raises KeyboardInterrupt once a signal came.
        """
        time.sleep(seconds)
        if self._came:
            raise KeyboardInterrupt


@contextmanager
def started(folder: Path, workspace: Workspace, options: Options,
            console: Console) -> Iterator[tuple[LocalAzure, StopSignals]]:
    """A local Azure, running, its endpoints saved in the folder, and what to pause with; it is stopped at the end.

    Raises CommandError where it cannot start. A signal interrupts the start at once, and after that the pauses alone:
    an impatient second Ctrl-C while it stops would leave the functions host behind.
    """
    signals = StopSignals()
    with _handled(signals.note):
        with _handled(signal.default_int_handler):
            local_azure = _start(folder, workspace, options, console)
        try:
            environment_file.save(folder, local_azure.sdk_environment())
            local_azure.endpoints.save(folder)
            console.print("local Azure started")
            with room_needed(folder):
                yield local_azure, signals
        finally:
            Endpoints.remove(folder)
            environment_file.remove(folder)
            local_azure.__exit__()


def _start(folder: Path, workspace: Workspace, options: Options, console: Console) -> LocalAzure:
    try:
        _check_free(folder)
        with console.status("starting the local Azure: identity, machine learning, Event Grid, the functions host …"):
            with room_needed(folder):
                return LocalAzure(folder, workspace, options).__enter__()
    except (PortTakenError, FunctionsHostError, EndpointValidationError, OSError) as exc:
        raise CommandError(*str(exc).splitlines()) from exc


@contextmanager
def room_needed(folder: Path) -> Iterator[None]:
    """Raises CommandError where there is no room on the disk of the folder for what is done."""
    try:
        yield
    except (NotStoredError, duckdb.Error, OSError) as exc:
        if not isinstance(exc, NotStoredError) and not any(text in str(exc) for text in _NO_ROOM):
            raise
        problem = str(exc).partition("\n")[0]
        raise CommandError(f"{problem}: make room on the disk of {folder}, or name another --folder") from exc


def _check_free(folder: Path) -> None:
    """A start empties the folder: it must be nobody else's, and no local Azure may be running in it."""
    others = [found for found in folder.iterdir() if found.name != ENVIRONMENTS_FOLDER] if folder.is_dir() else []
    if others and not (folder / _MARK).exists():
        raise CommandError(f"{folder} holds other things, and a start deletes: name a --folder for it alone")
    try:
        with connected(folder) as (endpoints, client):
            client.get(f"{endpoints.control}/requests")  # whatever it answers
    except NotRunningError:
        return
    raise CommandError(f"a local Azure is already running in {folder}: use that, stop it, or name another --folder")


@contextmanager
def _handled(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Signals that stop a command go to the handler, except those that are ignored, as under nohup."""
    before = {number: signal.getsignal(number) for number in _STOP_SIGNALS}
    handled = [number for number, usual in before.items() if usual is not signal.SIG_IGN]
    for number in handled:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in handled:
            signal.signal(number, before[number])
