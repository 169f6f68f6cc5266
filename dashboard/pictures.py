"""Pictures of the queries' answers: python -m dashboard.pictures [--output media/queries]

The function's own code makes the records of the sample workspace, as it is on one Friday evening, and text is measured
with the font that comes with vl-convert, so that the same pictures come out every time and on every machine. Each query
is drawn by its chart in queries/charts, or as the table that is named there.
"""
import argparse
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import vl_convert

from dashboard import drawn_tables
from dashboard.charts import DARK, LIGHT, QUERIES, configuration
from dashboard.saved_queries import SavedQueries, SavedQuery
from local_azure.application_insights.models import TelemetryStore
from local_azure.ending import ended
from local_azure.scenarios.loading import load
from local_azure.scenarios.scoring import scoring_items

REPOSITORY = QUERIES.parent
PICTURES = REPOSITORY / "media" / "queries"
NOW = datetime(2024, 3, 1, 18, tzinfo=UTC)

_NO_FONTS = Path(__file__).with_name("no_fonts.conf")
_KEY = "11111111-2222-3333-4444-555555555555"
_WIDTH = 760
_AT = {"at": NOW.isoformat()}
# What the queries are asked, where the answer to their files as they are would show less.
_VALUES: Mapping[str, Mapping[str, str | int]] = {
    "latest_runs": {"level": "pipeline"},
    "monitor_health": {"recent": "24h"},
    "run_comparison": {"run": "d9ba818e-9732-5a9b-9977-e84b45c1d8bf"},  # a pipeline run that failed
    "run_details": {"run": "1658fc15-50e9-53ec-9332-1cc0748c7bd3"},  # a step that failed
    "run_steps": {"run": "1d272f41-a5cb-547a-94c4-b73a273edc83"},  # and its pipeline run, which tried it again
    "success_rate_drop": {"at": "2024-02-28T12:00:00Z", "least_runs": 2},
    "summary": {"since": "2024-02-28T00:00:00Z", "until": NOW.isoformat()},
}
_MALFORMED = {  # texts that are no events, by the time before NOW
    timedelta(hours=50): "no event",
    timedelta(hours=27): '{"eventType": "Microsoft.MachineLearningServices.RunCompleted", "data": {"runId": ""}}',
    timedelta(hours=3): '[{"id": "1", "eventTime": "yesterday", "data": {}}]',
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dashboard.pictures",
                                     description="Draw the answers of queries/ as SVG files.")
    parser.add_argument("--output", type=Path, default=PICTURES, help="the folder (default: %(default)s)")
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    os.environ["FONTCONFIG_FILE"] = str(_NO_FONTS)  # vl-convert looks for fonts when it first measures a text
    for name, svg in draw_all():
        (output / f"{name}.svg").write_text(svg, "utf-8")
        print(output / f"{name}.svg", flush=True)
    return 0


def draw_all() -> Iterator[tuple[str, str]]:
    """The name of each query, and its picture as SVG."""
    with closing(sample_store()) as store:
        for query in SavedQueries(QUERIES).list():
            yield query.name, draw(query, answer(store, query))


def answer(store: TelemetryStore, query: SavedQuery) -> list[dict[str, Any]]:
    """The rows of the answer that is drawn: values by column."""
    table = store.query(query.fill({**_AT, **_VALUES.get(query.name, {})}))
    names = [column.name for column in table.columns]
    return [dict(zip(names, map(_rounded, row))) for row in table.rows]


def draw(query: SavedQuery, rows: list[dict[str, Any]]) -> str:
    """The picture of an answer: light, or dark for whoever prefers that. Raises FileNotFoundError for a query that has
    neither a chart nor a table."""
    if query.chart is None:
        table = json.loads((QUERIES / "charts" / f"{query.name}.table.json").read_text("utf-8"))
        drawn = drawn_tables.specification(table, rows)
    else:
        plain = json.loads(json.dumps(rows, default=datetime.isoformat))
        drawn = {**query.chart, "width": _WIDTH, "datasets": {"rows": plain}}
    look = {**configuration(LIGHT), "aria": False}  # docs/queries.md has a text for each picture
    svg = _renumbered(vl_convert.vegalite_to_svg({**drawn, "title": query.title, "config": look}))
    start, end, rest = svg.partition(">")
    return f"{start}{end}{_dark_style()}{rest}\n"


def sample_store() -> TelemetryStore:
    """The records of the sample workspace's ended runs, of its notebooks, of texts that are no events, and of its
    scoring service."""
    sys.path.insert(0, str(REPOSITORY / "src"))
    from dashboard.sample_notebooks import notebook_records
    from dashboard.sample_records import invalid_record, item_of, records_of

    workspace = load(NOW)
    store = TelemetryStore(instrumentation_key=_KEY)
    for number, sent in enumerate(records_of(workspace)):
        time = sent.time + timedelta(seconds=7 * number % 23)  # deliveries take their time
        _accept(store, time, item_of(sent.record, time, _KEY))
    for sent in notebook_records(NOW, workspace.name):
        _accept(store, sent.time, item_of(sent.record, sent.time, _KEY))
    for age, text in _MALFORMED.items():
        _accept(store, NOW - age, item_of(invalid_record(workspace, text), NOW - age, _KEY))
    for item in scoring_items(NOW, _KEY):
        _accept(store, datetime.fromisoformat(item["time"]), item)
    return store


def _accept(store: TelemetryStore, time: datetime, item: Mapping[str, Any]) -> None:
    if errors := store.accept([item], time).errors:
        raise ValueError(f"an item of the sample workspace is refused: {errors[0].message}")


def _rounded(value: Any) -> Any:
    """The last digits of a sum depend on the order in which the store adds."""
    return round(value, 6) if isinstance(value, float) else value


def _renumbered(svg: str) -> str:
    """vl-convert counts clips over all that it has drawn: a picture is not to change because another one has more."""
    numbers: dict[str, int] = {}
    return re.sub(r"(?<=\bclip)\d+(?=[\")])", lambda found: str(numbers.setdefault(found[0], len(numbers))), svg)


def _dark_style() -> str:
    """Puts the dark theme's colours in the place of the light one's."""
    rules = "".join(f'[{paint}="{getattr(LIGHT, field.name)}"]{{{paint}:{getattr(DARK, field.name)}}}'
                    for field in fields(LIGHT) for paint in ("fill", "stroke"))
    return f"<style>@media (prefers-color-scheme:dark){{{rules}}}</style>"


if __name__ == "__main__":
    sys.exit(ended("python -m dashboard.pictures", main))
