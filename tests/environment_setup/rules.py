"""The alert rules of alerts.json, and what Azure would make of one over a store of records."""
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from local_azure.application_insights.models import TelemetryStore

REPOSITORY = Path(__file__).parents[2]
RULES: list[dict[str, Any]] = [{"name": name, **rule} for name, rule in json.loads(
    (REPOSITORY / "environment_setup" / "alerts.json").read_text(encoding="utf-8")).items()]
QUERY_RULES = [rule for rule in RULES if rule["kind"] == "query"]
METRIC_RULES = [rule for rule in RULES if rule["kind"] == "metric"]

DURATIONS = {f"PT{minutes}M": timedelta(minutes=minutes) for minutes in (5, 10, 15, 30, 45)}
DURATIONS |= {f"PT{hours}H": timedelta(hours=hours) for hours in range(1, 7)}
DURATIONS |= {f"P{days}D": timedelta(days=days) for days in (1, 2)}


def query_of(rule: Mapping[str, Any]) -> str:
    """The text that is deployed: the file's with other lines for some of its parameters."""
    lines = (REPOSITORY / "queries" / rule["query"]).read_text(encoding="utf-8").split("\n")
    for replacement in rule["replacements"]:
        assert lines.count(replacement["text"]) == 1
        lines[lines.index(replacement["text"])] = replacement["with"]
    return "\n".join(lines)


class AlertRule:
    """A rule over a store. `alerts` are the dimensions of those that it has raised. A record can be found so long after
    it was sent as its `ingestion` takes."""

    def __init__(self, store: TelemetryStore, name: str, ingestion: timedelta = timedelta()) -> None:
        self._store, self._ingestion = store, ingestion
        self._rule = next(rule for rule in RULES if rule["name"] == name)
        self._query = query_of(self._rule)
        self.alerts: list[tuple[Any, ...]] = []
        self._up: set[tuple[Any, ...]] = set()

    def evaluate(self, time: datetime) -> None:
        """An alert is up while its dimensions are met, and only then no second one comes. (Azure is slower: it resolves
        an alert after some evaluations that do not meet it.)"""
        met = self._met(time)
        self.alerts += sorted(met - self._up)
        self._up = met

    def _met(self, time: datetime) -> set[tuple[Any, ...]]:
        """The dimensions of the rows that the query has, when it sees the records of the window alone."""
        window = (f"| where timestamp > datetime({(time - DURATIONS[self._rule['window']]).isoformat()})"
                  f" and timestamp <= datetime({(time - self._ingestion).isoformat()})")
        text = re.sub(r"^(let \w+ = )?( *)(traces|requests)$", rf"\g<0>\n\2{window}", self._query, flags=re.MULTILINE)
        table = self._store.query(text.replace(" = now()", f" = datetime({time.isoformat()})"))
        places = [[column.name for column in table.columns].index(name) for name in self._rule["dimensions"]]
        return {tuple(row[place] for place in places) for row in table.rows}
