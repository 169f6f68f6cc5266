"""Run a Kusto query over what was recorded, from a file or from the command line.

Asks the local Azure that is running (`make up`); where none is, reads what the last one recorded.
"""
import argparse
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx

from ..application_insights.errors import QueryError
from ..application_insights.models import QUERY_SECONDS, TelemetryStore
from ..application_insights.routes import answer_v1
from ..endpoints import NotRunningError
from ..folders import STORE_FILE
from .connecting import connected, read_error
from .failure import CommandError
from .query_limit import add_query_limit
from .tables import FORMATS

_TIMEOUT = httpx.Timeout(None, connect=5)  # the query's own limit ends it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("file", nargs="?", type=Path, metavar="FILE",
                        help="a file with a query, such as those of queries/")
    source.add_argument("-e", "--expression", metavar="KQL", help="the query itself")
    parser.add_argument("-f", "--format", choices=FORMATS, default="table", help="(default: %(default)s)")
    add_query_limit(parser)


def run(arguments: argparse.Namespace) -> int:
    text = _read(arguments.file) if arguments.file else arguments.expression
    where = str(arguments.file or "the query")
    try:
        answer = _ask_running(arguments.folder, text, where, arguments.query_limit)
    except NotRunningError:
        answer = _ask_file(arguments.folder / STORE_FILE, text, where, arguments.query_limit or QUERY_SECONDS)
    print(FORMATS[arguments.format](answer))
    return 0


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is no UTF-8 text"
        raise CommandError(f"{file} cannot be read: {reason}") from exc


def _ask_running(folder: Path, text: str, where: str, limit_seconds: float | None) -> dict[str, Any]:
    """Without a limit, that of the local Azure holds, which ends a query in any case."""
    options = {} if limit_seconds is None else {"servertimeout": str(timedelta(seconds=limit_seconds))}
    request = {"db": "telemetry", "csl": text, "properties": {"Options": options}}
    with connected(folder) as (endpoints, client):
        response = client.post(f"{endpoints.application_insights}/v1/rest/query", json=request, timeout=_TIMEOUT,
                               headers={"Authorization": f"Bearer {endpoints.query_key}"})
    if response.status_code != 200:
        raise CommandError(f"{where}: {read_error(response)}")
    return _first_table(response.json())


def _ask_file(file: Path, text: str, where: str, limit_seconds: float) -> dict[str, Any]:
    if not file.exists():
        raise CommandError("nothing is recorded here yet: run `make demo` or `make up` first")
    try:
        store = TelemetryStore(file, instrumentation_key="", read_only=True, query_seconds=limit_seconds)
    except duckdb.Error as exc:
        raise CommandError(f"{file} cannot be read: {exc}") from exc
    with ThreadPoolExecutor(1, "query") as threads, closing(store):  # the engine would not see Ctrl-C in this thread
        try:
            return _first_table(answer_v1(threads.submit(store.query, text).result()))
        except QueryError as exc:
            raise CommandError(f"{where}: {exc}") from exc


def _first_table(answer: dict[str, Any]) -> dict[str, Any]:
    """The rows that were asked for; other tables tell of the query itself."""
    table: dict[str, Any] = answer["Tables"][0]
    return table
