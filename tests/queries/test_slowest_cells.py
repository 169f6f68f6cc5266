"""Which cells of notebooks take the longest."""
from datetime import UTC, datetime, timedelta

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def test_the_slowest_cell_of_the_week_comes_first(week):
    rows = week.ask("slowest_cells")
    assert [row["p95_seconds"] for row in rows] == sorted((row["p95_seconds"] for row in rows), reverse=True)
    assert (rows[0]["notebook"], rows[0]["cell"], rows[0]["first_line"]) == (
        "models/forecast.ipynb", 2, "forecasts = backtest(history, weeks=8)")
    assert rows[0]["runs"] == 9  # one of ten was canceled


def test_a_cell_is_the_same_where_it_was_moved_and_its_last_run_is_told(insights):
    for hour, (notebook, seconds) in enumerate([("a.ipynb", 4), ("a.ipynb", 6), ("b.ipynb", 1)]):
        insights.notebook(f"run-{hour}", NOON + timedelta(hours=hour), seconds, notebook=notebook)
    rows = insights.ask("slowest_cells")
    assert [(row["notebook"], row["runs"], row["max_seconds"], row["last_seconds"]) for row in rows] == [
        ("a.ipynb", 2, 6, 6), ("b.ipynb", 1, 1, 1)]
    assert rows[0]["last_run_id"] == "run-1"


def test_a_cell_that_failed_says_nothing_of_how_long_it_takes(insights):
    insights.notebook("run-1", NOON, 5, 900, error="TimeoutError")
    assert [row["cell"] for row in insights.ask("slowest_cells")] == [1]
