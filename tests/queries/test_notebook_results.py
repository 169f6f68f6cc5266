"""How notebooks ended."""
from datetime import UTC, datetime, timedelta

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def test_each_notebook_of_each_build_is_told_the_last_one_first(week):
    rows = week.ask("notebook_results")
    assert len(rows) == 50 and len({row["git_commit"] for row in rows}) == 10
    assert [row["end_time"] for row in rows] == sorted((row["end_time"] for row in rows), reverse=True)
    failed = [(row["notebook"], row["failed_cell"], row["error_message"]) for row in rows[:5]
              if row["result"] == "failed"]
    assert sorted(failed) == [
        ("data/quality.ipynb", "Cell 3: assert gaps.empty, gaps", "AssertionError: 2024-02-29 is missing"),
        ("reports/returns.ipynb", "Cell 2: by_reason = returns.groupby('reason').size()", "KeyError: 'reason'")]


def test_cells_are_counted_and_timed(insights):
    insights.notebook("run-1", NOON, 2, 30.5, 1, error="ValueError: no", git_commit="c1")
    [row] = insights.ask("notebook_results")
    assert (row["cells"], row["passed_cells"], row["failed_cells"], row["duration_seconds"]) == (3, 2, 1, 33.5)
    assert (row["slowest_cell"], row["slowest_cell_seconds"]) == ("Cell 2: work(2)", 30.5)
    assert (row["failed_cell"], row["error_message"], row["git_commit"]) == ("Cell 3: work(3)", "ValueError: no", "c1")


def test_a_result_that_was_told_again_counts_once_as_it_was_told_last(insights):
    insights.notebook("run-1", NOON, 1)
    insights.notebook("run-1", NOON + timedelta(minutes=1), 1, error="KeyError")
    assert [row["result"] for row in insights.ask("notebook_results")] == ["failed"]


def test_one_notebook_can_be_asked_for(week):
    assert {row["notebook"] for row in week.ask("notebook_results", notebook="models/churn.ipynb")} == {
        "models/churn.ipynb"}
