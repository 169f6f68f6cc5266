"""Starting a local Azure from a command: progress while it starts, clear lines where it cannot."""
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from ..cloud import LocalAzure
from ..event_grid.handshake import EndpointValidationError
from ..functions_host.process import FunctionsHostError
from ..serving import PortTakenError
from .failure import CommandError

QUERIES = Path(__file__).parents[2] / "queries"
STEP_DURATIONS = QUERIES / "step_durations.kql"


@contextmanager
def started(local_azure: LocalAzure, console: Console) -> Iterator[LocalAzure]:
    """The local Azure, running; stopped at the end. Raises CommandError where it cannot start."""
    try:
        with console.status("starting the local Azure: identity, machine learning, Event Grid, the functions host …"):
            local_azure.__enter__()
    except (PortTakenError, FunctionsHostError, EndpointValidationError, OSError) as exc:
        raise CommandError(str(exc)) from exc
    try:
        console.print("local Azure started")
        yield local_azure
    finally:
        local_azure.__exit__()
