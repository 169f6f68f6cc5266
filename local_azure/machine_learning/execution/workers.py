"""What is at work for which run: one task each, whose end is the run's end, whatever ends it."""
import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from functools import partial

from local_azure.machine_learning.run_history.models import WorkspaceHistory
from local_azure.machine_learning.run_history.writing import CANCEL_REQUESTED, CANCELED, ENDS, FAILED, RunWriter
from local_azure.scenarios.models import Run
from local_azure.scenarios.shapes import error

logger = logging.getLogger(__name__)


class Workers:

    def __init__(self, writer: RunWriter):
        self._writer = writer
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, history: WorkspaceHistory, run_id: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Work that is cancelled leaves its run Canceled, work that raises leaves it Failed, with a ServiceError."""
        async def do() -> None:
            await work()

        task = self._tasks[run_id] = asyncio.create_task(do())
        task.add_done_callback(partial(self._settle, history, run_id))

    def manages(self, run_id: str) -> bool:
        return run_id in self._tasks

    def cancel(self, history: WorkspaceHistory, run: Run) -> None:
        """The run, and all below it, unless they have ended; of what is at work here the processes end first."""
        for each in (run, *history.below(run)):
            if each.record["status"] in ENDS:
                continue
            if self.manages(each.id):
                self._writer.move(history, each.id, CANCEL_REQUESTED)
                self._tasks[each.id].cancel()
            else:
                self._writer.move(history, each.id, CANCELED)

    async def one_ended(self, run_ids: Iterable[str]) -> None:
        """Waits until one of the runs has ended; how it ended is in its record."""
        await asyncio.wait([self._tasks[run_id] for run_id in run_ids], return_when=asyncio.FIRST_COMPLETED)

    async def stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _settle(self, history: WorkspaceHistory, run_id: str, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            self._writer.move(history, run_id, CANCELED)
        elif problem := task.exception():
            logger.error("run %s: %s", run_id, problem, exc_info=problem)
            self._writer.move(history, run_id, FAILED, error=error(
                run_id, self._writer.now(), code="ServiceError", inner="InternalServerError", message=str(problem),
                component="execution"))
