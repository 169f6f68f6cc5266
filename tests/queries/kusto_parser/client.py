"""Asks Microsoft's Kusto parser (check.js, on Node) what it thinks of queries, all of them in one process.

`npm ci` in this folder installs the parser.
"""
import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

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
        self._node = node

    def check(self, queries: Iterable[Query]) -> list[Verdict]:
        """A verdict for each query, in their order. Raises CalledProcessError when the parser itself fails."""
        request = {
            "databases": {CLASSIC: CLASSIC_TABLES, WORKSPACE: workspace_tables()},
            "queries": [asdict(query) for query in queries],
        }
        done = subprocess.run(
            [self._node, str(_FOLDER / "check.js")], input=json.dumps(request), stdout=subprocess.PIPE,
            encoding="utf-8", timeout=TIMEOUT_SECONDS, check=True,
        )
        return [_verdict(found) for found in json.loads(done.stdout)]


def find() -> KustoParser:
    """The parser; where it is missing, the test is skipped."""
    return KustoParser(find_node("@kusto/language-service-next", _FOLDER))


def _verdict(found: dict) -> Verdict:
    diagnostics = tuple(Diagnostic(**one) for one in found["diagnostics"])
    return Verdict(diagnostics, {column["name"]: column["type"] for column in found["columns"]})
