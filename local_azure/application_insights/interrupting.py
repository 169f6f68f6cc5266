"""The end of a query from outside: its time is over, its client has gone, the store closes.

A query runs in a thread of its own and asks nobody in between, so another thread interrupts the engine under it.
"""
import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import duckdb
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from local_azure.application_insights.errors import QueryError

CLIENT_GONE = "The client has gone before the query had ended"
STORE_CLOSES = "The store closes while the query runs"

_AGAIN_SECONDS = 0.05  # also, because an interrupt between two statements of a query is lost
_T = TypeVar("_T")


class QueryStoppedError(QueryError):
    """The query was ended before it had an answer."""


class QueryTimeoutError(QueryStoppedError):
    """Its time was over."""


class Interruption:
    """What ends a query, from whatever thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._error: QueryStoppedError | None = None
        self._has_ended = False

    def stop(self, error: QueryStoppedError) -> None:
        """What it is ended with; the first that comes counts."""
        with self._changed:
            self._error = self._error or error
            self._changed.notify_all()

    def check(self) -> None:
        """Raises QueryStoppedError once the query is to end."""
        if self._error:
            raise self._error

    @contextmanager
    def turn(self, turns: threading.Semaphore) -> Iterator[None]:
        """Inside it is one of so many. Raises QueryStoppedError when it is to end before."""
        while not turns.acquire(timeout=_AGAIN_SECONDS):
            self.check()
        try:
            yield
        finally:
            turns.release()

    @contextmanager
    def over(self, cursor: duckdb.DuckDBPyConnection, limit_seconds: float) -> Iterator[None]:
        """Inside, the engine is interrupted when the time is over or somebody stops it."""
        self._has_ended = False  # of the one before, where a request asks for several
        watcher = threading.Thread(target=self._watch, args=(cursor, limit_seconds), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            with self._changed:
                self._has_ended = True
                self._changed.notify_all()
            watcher.join()

    def _watch(self, cursor: duckdb.DuckDBPyConnection, limit_seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._has_ended or self._error, limit_seconds)
            if not self._has_ended:
                self._error = self._error or QueryTimeoutError(
                    f"The query took longer than {limit_seconds:g} s: let it read less, or raise the limit")
            while not self._has_ended:
                cursor.interrupt()
                self._changed.wait(_AGAIN_SECONDS)


CURRENT: ContextVar[Interruption | None] = ContextVar("interruption", default=None)
"""What ends the queries that are asked from here: a thread that runs for a request gets its context."""


async def ask_for(request: Request, ask: Callable[..., _T], *arguments: Any) -> _T:
    """What `ask` answers, in a thread; the queries that it asks end with the request's client, and with the server.

    The request's body must have been read.
    """
    interruption = Interruption()
    token = CURRENT.set(interruption)
    try:
        answer = asyncio.ensure_future(run_in_threadpool(ask, *arguments))
        gone = asyncio.ensure_future(_client_gone(request))
    finally:
        CURRENT.reset(token)
    try:
        await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            interruption.stop(QueryStoppedError(CLIENT_GONE))
        return await answer
    except asyncio.CancelledError:
        interruption.stop(QueryStoppedError(STORE_CLOSES))
        raise
    finally:
        gone.cancel()


async def _client_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
