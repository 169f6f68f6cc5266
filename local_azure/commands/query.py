"""Run a Kusto query over what was recorded, from a file or from the command line.

Asks the local Azure that is running (`make up`); where none is, reads what the last one recorded.
"""
import argparse
from pathlib import Path
from typing import Any

import duckdb

from ..application_insights.errors import QueryError
from ..application_insights.models import TelemetryStore
from ..application_insights.routes import answer_v1
from ..cloud import STORE_FILE
from ..endpoints import NotRunningError
from .connecting import connected, read_error
from .failure import CommandError
from .tables import FORMATS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("file", nargs="?", type=Path, metavar="FILE",
                        help="a file with a query, such as those of queries/")
    source.add_argument("-e", "--expression", metavar="KQL", help="the query itself")
    parser.add_argument("-f", "--format", choices=FORMATS, default="table", help="(default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    text = _read(arguments.file) if arguments.file else arguments.expression
    where = str(arguments.file or "the query")
    try:
        answer = _ask_running(arguments.folder, text, where)
    except NotRunningError:
        answer = _ask_file(arguments.folder / STORE_FILE, text, where)
    print(FORMATS[arguments.format](answer))
    return 0


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is no UTF-8 text"
        raise CommandError(f"{file} cannot be read: {reason}") from exc


def _ask_running(folder: Path, text: str, where: str) -> dict[str, Any]:
    with connected(folder) as (endpoints, client):
        response = client.post(
            f"{endpoints.application_insights}/v1/rest/query", json={"db": "telemetry", "csl": text},
            headers={"Authorization": f"Bearer {endpoints.query_key}"})
    if response.status_code != 200:
        raise CommandError(f"{where}: {read_error(response)}")
    return _first_table(response.json())


def _ask_file(file: Path, text: str, where: str) -> dict[str, Any]:
    if not file.exists():
        raise CommandError("nothing is recorded here yet: run `make demo` or `make up` first")
    try:
        store = TelemetryStore(file, instrumentation_key="", read_only=True)
    except duckdb.Error as exc:
        raise CommandError(f"{file} cannot be read: {exc}") from exc
    try:
        return _first_table(answer_v1(store.query(text)))
    except QueryError as exc:
        raise CommandError(f"{where}: {exc}") from exc
    finally:
        store.close()


def _first_table(answer: dict[str, Any]) -> dict[str, Any]:
    """The rows that were asked for; other tables tell of the query itself."""
    table: dict[str, Any] = answer["Tables"][0]
    return table
