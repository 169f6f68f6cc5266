"""`since` is the first moment that counts and `until` the first that does not, in each query that has them."""
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.queries.conftest import Insights
from tests.queries.scoring_rows import NOON, Service

MOMENT = datetime(2022, 10, 6, tzinfo=UTC)
NEXT = MOMENT + timedelta(milliseconds=1)
QUERIES = [query for query in sorted((Path(__file__).parents[2] / "queries").glob("*.kql"))
           if "let since = " in query.read_text("utf-8")]
OF_DURATIONS = ("compute_hours", "duration_trend", "slower_steps", "slowest_steps")
COUNTS = ("runs", "records", "queue_p50_seconds")  # of the queries that always have a row


def ended_at_the_moment(insights, **dimensions):
    """A bit of everything that ended then, and what ended days before."""
    def run(name, seconds, ended=MOMENT, **more):
        insights.run(name, started=ended - timedelta(seconds=seconds), seconds=seconds, **{**dimensions, **more})
    for day in range(1, 4):
        run(f"good-{day}", 100, MOMENT - timedelta(days=day))
        run(f"step-{day}", 100, MOMENT - timedelta(days=day), parent=f"good-{day}", step_name="Train", target="cpu",
            metrics='{"auc": 0.9}')
    run("slower", 300, parent="bad", step_name="Train", target="cpu", metrics='{"auc": 0.5}')
    run("reused", 1, parent="bad", step_name="Load", is_reused="true")
    run("failed", 10, parent="bad", status="Failed", error_code="UserError")
    run("bad", 400, status="Failed", error_code="UserError", monitor_threshold_breached="drift")
    run("other", 60, experiment_name="another")
    insights.record(type="invalid_event", run_id=None, event_id="invalid")
    insights.notebook("notebook-1", MOMENT, 5, 10, error="ValueError", has_end="end_time_utc_ms" not in dimensions)
    Service(insights.store).answer("scored", (MOMENT - NOON) / timedelta(minutes=1), logged={"NumberOfPredictions": 1})


@pytest.fixture(scope="module")
def insights_of_ends():
    opened = Insights()
    ended_at_the_moment(opened)
    yield opened
    opened.store.close()


@pytest.fixture(scope="module")
def insights_without_ends():
    opened = Insights()
    ended_at_the_moment(opened, end_time_utc_ms=None)
    yield opened
    opened.store.close()


def answer(insights, query, **lets):
    """The rows, or nothing where the only row says that there is nothing."""
    rows = insights.ask(query, **lets)
    return [row for row in rows if any(row.get(name) for name in COUNTS) or not set(COUNTS) & set(row)]


def check(insights, query):
    assert answer(insights, query, since=MOMENT, until=NEXT) != []
    assert answer(insights, query, since=NEXT) == answer(insights, query, since=MOMENT, until=MOMENT) == []


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.stem)
def test_a_run_counts_by_the_time_of_its_end(insights_of_ends, query):
    check(insights_of_ends, query)


@pytest.mark.parametrize("query", [query for query in QUERIES if query.stem not in OF_DURATIONS],
                         ids=lambda query: query.stem)
def test_a_run_without_an_end_counts_by_the_time_of_its_record(insights_without_ends, query):
    check(insights_without_ends, query)
