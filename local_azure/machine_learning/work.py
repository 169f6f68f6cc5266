"""What the run history asks of those who run things: to know their runs, and to cancel them."""
from typing import Protocol

from local_azure.machine_learning.run_history.models import WorkspaceHistory
from local_azure.scenarios.models import Run


class Work(Protocol):

    def manages(self, run_id: str) -> bool:
        """Whether the service runs it, so that nobody else says what becomes of it."""

    def cancel(self, history: WorkspaceHistory, run: Run) -> None:
        """The run, with all below it, unless it has ended."""
