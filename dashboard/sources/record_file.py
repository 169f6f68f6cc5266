"""The file of `RECORD_STORE=file` as a source: its lines are read into a store in memory, and later ones as they come.

Each line is a row of Application Insights' table `traces`: src/PipelineRunMonitor/stores/record_file.py writes them.
"""
import json
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from dashboard.sources.local_store import REFRESH_SECONDS, LocalStore
from dashboard.sources.source import About, Answer, SourceError
from local_azure.application_insights.models import TelemetryStore
from local_azure.application_insights.writing import NotStoredError

_KEY = "record-file"
_LINES_AT_ONCE = 1_000


class RecordFile:

    def __init__(self, path: Path) -> None:
        """Reads nothing yet."""
        self._path = path
        self._store = TelemetryStore(instrumentation_key=_KEY)
        self._answering = LocalStore(self._store)
        self._lock = threading.Lock()
        self._read_bytes = self._unreadable = 0
        self.about = About(f"the file {path}", (
            f"The function writes into {path.absolute()} where RECORD_STORE is file and RECORD_FILE names it.", ""),
            REFRESH_SECONDS)

    def query(self, text: str) -> Answer:
        self._catch_up()
        answer = self._answering.query(text)
        if not self._unreadable:
            return answer
        lines = "1 line is no record" if self._unreadable == 1 else f"{self._unreadable} lines are no records"
        return Answer(answer.columns, answer.rows, f"{lines} that Application Insights would take: left out.")

    def count_records(self) -> int:
        self._catch_up()
        return self._answering.count_records()

    def close(self) -> None:
        self._store.close()

    def _catch_up(self) -> None:
        """Reads what was appended since the last time; all of it where the file has become another one."""
        with self._lock:
            try:
                self._read_on()
            except OSError as exc:
                raise SourceError(f"{self._path} cannot be read: {exc.strerror}; check the path") from exc
            except NotStoredError as exc:
                raise SourceError(f"{self._path} has more records than this machine's memory takes: {exc}") from exc

    def _read_on(self) -> None:
        if self._path.stat().st_size < self._read_bytes:
            self._store.clear()
            self._read_bytes = self._unreadable = 0
        with self._path.open("rb") as file:
            file.seek(self._read_bytes)
            lines: list[bytes] = []
            for line in file:
                if not line.endswith(b"\n"):  # the rest of it is being written
                    break
                lines.append(line)
                if len(lines) == _LINES_AT_ONCE:
                    self._store_lines(lines)
                    lines = []
            self._store_lines(lines)

    def _store_lines(self, lines: list[bytes]) -> None:
        rows = [row for row in map(_row, lines) if row is not None]
        if rows:
            # No record is too old for a file, so the clock of the service is that of the oldest.
            oldest = min(datetime.fromisoformat(row["timestamp"]) for row in rows)
            refused = self._store.accept([_item(row) for row in rows], oldest).errors
            self._unreadable += len(refused)
        self._unreadable += len(lines) - len(rows)
        self._read_bytes += sum(map(len, lines))


def _row(line: bytes) -> Mapping[str, Any] | None:
    try:
        row: Mapping[str, Any] = json.loads(line)
        is_record = datetime.fromisoformat(row["timestamp"]).tzinfo and isinstance(row["customDimensions"], dict)
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return row if is_record else None


def _item(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row as the telemetry item that would have become it."""
    tags = {"ai.operation.id": "operation_Id", "ai.operation.parentId": "operation_ParentId",
            "ai.cloud.role": "cloud_RoleName"}
    data = {"ver": 2, "message": row.get("message"), "severityLevel": row.get("severityLevel"),
            "properties": row["customDimensions"]}
    return {"iKey": _KEY, "name": "Microsoft.ApplicationInsights.Message", "time": row["timestamp"],
            "tags": {tag: row[column] for tag, column in tags.items() if row.get(column)},
            "data": {"baseType": "MessageData", "baseData": data}}
