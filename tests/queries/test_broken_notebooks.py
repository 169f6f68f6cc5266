"""Notebooks that fail now, and since when."""
from datetime import UTC, datetime, timedelta

import pytest

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def runs(insights, *outcomes):
    """One run an hour, at the commits c0, c1, and so on."""
    for hour, outcome in enumerate(outcomes):
        error = "KeyError: 'x'" if outcome == "failed" else None
        status = "Canceled" if outcome == "canceled" else None
        cells = [] if status else [1]
        insights.notebook(f"run-{hour}", NOON + timedelta(hours=hour), *cells, error=error, status=status,
                          git_commit=f"c{hour}")


def test_those_of_the_week_are_named_with_the_commits_between_which_they_broke(week):
    rows = {row["notebook"]: row for row in week.ask("broken_notebooks")}
    commits = [row["git_commit"] for row in reversed(week.ask("notebook_results", notebook="reports/returns.ipynb"))]
    assert set(rows) == {"data/quality.ipynb", "reports/returns.ipynb"}
    returns = rows["reports/returns.ipynb"]
    assert (returns["last_good_commit"], returns["first_bad_commit"], returns["failed_runs"]) == (
        commits[5], commits[6], 4)
    assert returns["git_commit"] == commits[9]


@pytest.mark.parametrize(("outcomes", "last_good", "first_bad", "failed"), [
    (["passed", "failed"], "c0", "c1", 1),
    (["failed", "passed", "failed", "failed"], "c1", "c2", 2),
    (["passed", "canceled", "failed", "canceled"], "c0", "c2", 1),
    (["failed", "failed"], "", "c0", 2)])
def test_the_first_failure_after_the_last_good_run_is_what_broke_it(insights, outcomes, last_good, first_bad, failed):
    runs(insights, *outcomes)
    [row] = insights.ask("broken_notebooks")
    assert (row["last_good_commit"] or "", row["first_bad_commit"]) == (last_good, first_bad)
    assert row["failed_runs"] == failed
    assert (row["failed_cell"], row["error_message"]) == ("Cell 1: work(1)", "KeyError: 'x'")


@pytest.mark.parametrize("outcomes", [["passed"], ["failed", "passed"], ["canceled"], ["passed", "canceled"]])
def test_what_passed_last_is_not_broken(insights, outcomes):
    runs(insights, *outcomes)
    assert insights.ask("broken_notebooks") == []
