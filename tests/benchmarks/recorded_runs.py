"""A local store with as many recorded runs as wanted, within a minute for a million.

The first ones are recorded by the function from the sample workspace. The others are copies over the last 90 days, made
where the first ones are stored: each has its own ids, run numbers, times and durations.
"""
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb

from local_azure.application_insights import kept_dimensions as kept
from local_azure.application_insights.schema import stored
from local_azure.cloud import LocalAzure
from local_azure.commands.publishing import publish
from local_azure.folders import STORE_FILE
from local_azure.scenarios.events import ended_events
from local_azure.scenarios.loading import load

_RECORDING_SECONDS = 120
_AGE = timedelta(days=90)

_CHANGED = {
    **dict.fromkeys(("run_id", "step_id", "parent_run_id", "root_run_id", "pipelinerunid", "failed_step_run_id",
                     "event_id"), "{} || '-' || copy"),
    **dict.fromkeys(("run_number", "parent_run_number"), "({}::BIGINT + copy * 1000)::VARCHAR"),
    **dict.fromkeys(("created_time_utc_ms", "start_time_utc_ms", "end_time_utc_ms"),
                    "({}::BIGINT - epoch_ms(age))::VARCHAR"),
    "event_time": "strftime({}::TIMESTAMP - age, '%Y-%m-%dT%H:%M:%S.%fZ')",
    "execution_time_ms": "({}::BIGINT * (0.5 + random()))::BIGINT::VARCHAR",
}
"""What makes the text of a dimension in a copy from that in the first."""


class NotRecordedError(Exception):
    """The function did not record the sample workspace as it should."""


def fill(folder: Path, runs: int, advance: Callable[[int], None]) -> None:
    """Leaves a store with so many recorded runs, at least one, in the folder; `advance` is told how many are there.

    Raises NotRecordedError.
    """
    workspace = load(datetime.now(timezone.utc))
    events = ended_events(workspace)[:runs]
    with LocalAzure(folder, workspace) as azure:
        publish(azure.endpoints, events)
        azure.drained(_RECORDING_SECONDS)
    advance(len(events))
    copies = -(-runs // len(events))
    with duckdb.connect(str(folder / STORE_FILE)) as database:
        database.execute("SET TimeZone = 'UTC'")
        database.execute(_copying(), {"step": _AGE / copies, "copies": copies, "missing": runs - len(events)})
        [(recorded,)] = database.execute("SELECT count(*) FROM traces").fetchall()
    if recorded != runs:
        raise NotRecordedError(f"{recorded} of {runs} runs were recorded")
    advance(recorded)


def _copying() -> str:
    table = stored("traces")
    firsts = ", ".join(f"""customDimensions ->> '{name}' AS "first {name}\"""" for name in _CHANGED)
    news = ", ".join(f'''{made.format(f'"first {name}"')} AS "new {name}"''' for name, made in _CHANGED.items())
    without = ", ".join(f"'{name}': NULL" for name in _CHANGED)
    texts = " || ".join(f"""coalesce(', "{name}": "' || "new {name}" || '"', '')""" for name in _CHANGED)
    made = ", ".join(f'"new {name}", "first {name}"' for name in _CHANGED)
    replaced = ", ".join(f'{sql} AS "{column}"' for column, sql in _kept_columns().items())
    return f"""
        INSERT INTO "{table}" SELECT * EXCLUDE ({made}, rest, age, copy) REPLACE (
            timestamp - age AS timestamp, uuid()::VARCHAR AS "itemId",
            replace(message, "first run_id", "new run_id") AS message,
            (left(rest, -1) || {texts} || '}}')::JSON AS customDimensions,
            {replaced})
        FROM (
            SELECT *, {news} FROM (
                SELECT *, json_merge_patch(customDimensions, to_json({{{without}}}))::VARCHAR AS rest, {firsts}
                FROM "{table}")
            CROSS JOIN (SELECT copy, copy * $step AS age FROM range(1, $copies) AS _(copy)))
        LIMIT $missing"""


def _kept_columns() -> dict[str, str]:
    """What the columns hold of a copy."""
    lists = {column: ", ".join(_kept(of.function, name) for name in of.names) for column, of in kept.LISTS.items()}
    return {**{kept.column(name): _kept("tostring", name) for name in kept.TEXTS},
            **{kept.column(name): f"{kept.reading('todatetime', name)} - age" for name in kept.TIMES},
            **{column: f"[{values}]" for column, values in lists.items()}}


def _kept(function: str, name: str) -> str:
    if name not in _CHANGED:
        return str(kept.reading(function, name))
    return {"tostring": """coalesce("new {}", '')""", "tolong": '"new {}"::BIGINT',
            "toreal": '"new {}"::DOUBLE'}[function].format(name)
