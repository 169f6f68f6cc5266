"""Records -> a file of JSON lines on this machine, with the columns of Application Insights' table `traces`.

DuckDB reads it as a table, so the queries of this project run on it. For machines without an Application Insights;
several processes may write to one file.
"""
import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path

from azure_access.deadline import Deadline

from ..records.record import Record
from .sinks import ROLE_NAME, Sending


class RecordFile:
    """Appends to one file, which it creates with its folder; safe to use from many threads."""

    name, setting = "the record file", "RECORD_FILE"

    def __init__(self, path: Path):
        self._path = path
        self._lock = threading.Lock()

    def send(self, records: Sequence[Record], deadline: Deadline) -> Sending:
        """When it returns without a problem, the lines are on the disk, all of them or none."""
        lines = "".join(_line(record) for record in records).encode("utf-8", "backslashreplace")
        try:
            with self._lock:
                self._append(lines)
        except OSError as exc:
            problem = f"{self._path} cannot be written ({exc.strerror}); check RECORD_FILE"
            return Sending(unsent=records, problem=problem)
        return Sending()

    def find(self, workspace_name: str, run_ids: Sequence[str]) -> set[tuple[str, str]]:
        """Which of these runs are recorded, as pairs of run id and status."""
        wanted, workspace = set(run_ids), workspace_name.casefold()
        return {(found["run_id"], found["run_status"]) for found in self._dimensions()
                if found.get("run_id") in wanted and found.get("amlWorkSpace", "").casefold() == workspace}

    def _dimensions(self) -> Iterator[Mapping[str, str]]:
        if self._path.exists():
            with self._path.open(encoding="utf-8") as lines:
                yield from (json.loads(line)["customDimensions"] for line in lines)

    def _append(self, lines: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab", buffering=0) as file:
            start = file.tell()
            try:
                if file.write(lines) < len(lines):
                    raise OSError(0, "the disk is full")
                os.fsync(file.fileno())
            except OSError:
                file.truncate(start)
                raise


def _line(record: Record) -> str:
    columns = {
        "timestamp": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
        "message": record.message,
        "severityLevel": record.severity // 10 - 1,
        "itemType": "trace",
        "customDimensions": dict(record.dimensions),
        "operation_Id": record.operation_id,
        "operation_ParentId": record.span.id if record.span else "",
        "cloud_RoleName": ROLE_NAME,
    }
    return json.dumps(columns, ensure_ascii=False) + "\n"
