"""Runs with metrics, as the tests of the queries about metrics record them."""
import json
from datetime import UTC, datetime, timedelta

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def measure(insights, *values, metric="auc", step="Evaluate", **dimensions):
    """A run of one step a day, each with such a value of the metric."""
    for day, value in enumerate(values):
        insights.run(f"{step}-{day}", parent=f"p-{day}", started=NOON + timedelta(days=day), seconds=60,
                     **{"step_name": step, "metrics": json.dumps({metric: value}), **dimensions})
