"""Asks Microsoft's Kusto parser (check.js, on Node) what it thinks of queries, all of them in one process: most of the
time goes into starting it.

`npm ci` in this folder installs the parser.
"""
import atexit
import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from threading import Timer
from typing import Any

from local_azure.application_insights.schema import TABLES as CLASSIC_TABLES
from local_azure.application_insights.workspace_names import workspace_tables
from tests.programs import find_node

TIMEOUT_SECONDS = 120

_FOLDER = Path(__file__).parent

CLASSIC, WORKSPACE = "classic", "workspace"  # databases: the same tables, by either set of names


@dataclass(frozen=True, slots=True)
class Query:
    name: str
    text: str
    database: str = CLASSIC


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What the parser says against a query; line and column count from 1."""

    line: int
    column: int
    severity: str
    """Error, Warning, Suggestion or Information."""
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`columns` are the names and Kusto types of the query's result, in its order; none where it has no result."""

    diagnostics: tuple[Diagnostic, ...]
    columns: Mapping[str, str]

    @property
    def faults(self) -> tuple[str, ...]:
        """Errors and warnings, one a line; suggestions are left to the author."""
        return tuple(f"{found.line}:{found.column}: {found.severity} {found.code}: {found.message}"
                     for found in self.diagnostics if found.severity in ("Error", "Warning"))


class KustoParser:
    """A parser that knows the tables of Application Insights; get it from `find`."""

    def __init__(self, node: str) -> None:
        self._process = subprocess.Popen([node, str(_FOLDER / "check.js")], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, encoding="utf-8")

    def check(self, queries: Iterable[Query]) -> list[Verdict]:
        """A verdict for each query, in their order. Raises RuntimeError when the parser itself fails."""
        request = {
            "databases": {CLASSIC: CLASSIC_TABLES, WORKSPACE: workspace_tables()},
            "queries": [asdict(query) for query in queries],
        }
        limit = Timer(TIMEOUT_SECONDS, self._process.kill)
        limit.start()
        try:
            self._send(request)
            answer = json.loads(self._process.stdout.readline() or '{"error": "no answer"}')
        finally:
            limit.cancel()
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return [_verdict(found) for found in answer["verdicts"]]

    def _send(self, request: dict[str, Any]) -> None:
        try:
            self._process.stdin.write(f"{json.dumps(request)}\n")
            self._process.stdin.flush()
        except OSError as exc:
            raise RuntimeError("the parser has ended") from exc

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@cache
def find() -> KustoParser:
    """The parser; where it is missing, the test is skipped."""
    parser = KustoParser(find_node("@kusto/language-service-next", _FOLDER))
    atexit.register(parser.close)
    return parser


def _verdict(found: dict) -> Verdict:
    diagnostics = tuple(Diagnostic(**one) for one in found["diagnostics"])
    return Verdict(diagnostics, {column["name"]: column["type"] for column in found["columns"]})
