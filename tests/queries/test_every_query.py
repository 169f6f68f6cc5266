"""What holds for each file of queries/, a new one too."""
import functools
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.sample_records import SentRecord

QUERIES = sorted((Path(__file__).parents[2] / "queries").glob("*.kql"))
WITH_WORKSPACE, WITH_EXPERIMENT, WITH_STATUS = (
    [query for query in QUERIES if f"let {parameter} = '';" in query.read_text("utf-8")]
    for parameter in ("workspace", "experiment", "status"))
OF_EVERYTHING = ("summary", "telemetry_freshness", "monitor_health")  # one row whatever there is
OF_RUNS = [query for query in QUERIES
           if query.stem not in ("telemetry_freshness", "telemetry_by_day", "monitor_health")]
# Without a workspace these show one run, an error wherever it comes, or the runs of all workspaces together.
ACROSS_WORKSPACES = ("run_comparison", "run_details", "failures_by_error", "status_over_time", "success_rate_by_day",
                     "summary")


def each_of(queries):
    return pytest.mark.parametrize("query", queries, ids=lambda query: query.stem)


@pytest.fixture(scope="module")
def answer(now):
    """The rows of a query at a fixed time, in a form that does not depend on the order in which numbers are added, nor
    on when the record was sent."""
    def ask(insights, query, **lets):
        if "let at = now();" in query.read_text("utf-8"):
            lets["at"] = now
        return [{name: round(value, 6) if isinstance(value, float) else value for name, value in row.items()
                 if name != "recorded_time"} for row in insights.ask(query, **lets)]
    return ask


@pytest.fixture(scope="module")
def usual_answer(answer, week):
    return functools.cache(lambda query: answer(week, query))


@pytest.fixture(scope="module")
def recorded_again(week, sample_records):
    """Stores that hold the sample workspace's records and, for each dict of changes, all of them once more with these,
    so much later."""
    stores = []

    def record(*changes, minutes):
        stores.append(type(week)())
        stores[-1].record_all(sample_records)
        for changed in changes:
            stores[-1].record_all(sample_records, delay=timedelta(minutes=minutes), **changed)
        return stores[-1]
    yield record
    for insights in stores:
        insights.store.close()


@pytest.fixture(scope="module")
def week_recorded_twice(recorded_again):
    return recorded_again({}, minutes=10)


@pytest.fixture(scope="module")
def week_recorded_from_the_start(recorded_again):
    """As with RECORDED_STATUSES that name Running too: every run is recorded when it starts and when it ends."""
    return recorded_again({"run_status": "Running", "status": "Running", "parent_run_status": "Running",
                           "end_time_utc_ms": None, "execution_time_ms": None}, minutes=-10)


@pytest.fixture(scope="module")
def week_among_other_records(recorded_again):
    """With records of another type, and with some that do not say which run they are of."""
    return recorded_again({"type": "another", "run_status": "Failed"},
                          {"run_id": None, "step_id": None, "parent_run_id": None}, minutes=1)


@pytest.fixture(scope="module")
def week_of_two_workspaces(recorded_again):
    """Every run once more in another workspace, where it was canceled: even its id is the same."""
    return recorded_again({"workspace_name": "another", "amlWorkSpace": "another", "run_status": "Canceled",
                           "status": "Canceled"}, minutes=1)


def twin_of(dimensions):
    return {**dimensions, **{name: f"twin-{dimensions[name]}" for name in (
        "run_id", "step_id", "parent_run_id", "root_run_id", "experiment_name", "experimentName", "event_id")
        if name in dimensions}}


@pytest.fixture(scope="module")
def week_with_a_twin(recorded_again, sample_records):
    """Every run once more, in an experiment and a pipeline run of its own, with the same numbers and names."""
    insights = recorded_again(minutes=0)
    insights.record_all(SentRecord(sent.time, replace(sent.record, dimensions=twin_of(sent.record.dimensions)))
                        for sent in sample_records)
    return insights


@each_of(QUERIES)
def test_its_result_has_a_test(query):
    text = Path(__file__).with_name(f"test_{query.stem}.py").read_text("utf-8")
    assert f'ask("{query.stem}"' in text or f"{query.stem}(" in text


@each_of(QUERIES)
def test_no_records_are_no_error(insights, week, query):
    text = query.read_text("utf-8")
    nothing = insights.store.query(text)
    assert len(nothing.rows) == (1 if query.stem in OF_EVERYTHING else 0)
    assert nothing.columns == week.store.query(text).columns != ()


@each_of(QUERIES)
def test_records_that_were_sent_twice_change_nothing(answer, usual_answer, week_recorded_twice, query):
    assert answer(week_recorded_twice, query) == usual_answer(query)


@each_of(OF_RUNS)
def test_the_latest_state_of_a_run_counts(answer, usual_answer, week_recorded_from_the_start, query):
    assert answer(week_recorded_from_the_start, query) == usual_answer(query)


@each_of(OF_RUNS)
def test_other_records_are_left_out(answer, usual_answer, week_among_other_records, query):
    assert answer(week_among_other_records, query) == usual_answer(query)


@each_of(WITH_WORKSPACE)
def test_runs_of_two_workspaces_may_share_an_id(answer, usual_answer, week_of_two_workspaces, query):
    assert answer(week_of_two_workspaces, query, workspace="sample-ws") == usual_answer(query)
    if query.stem not in ACROSS_WORKSPACES:
        rows = [row for row in answer(week_of_two_workspaces, query) if row["workspace_name"] == "sample-ws"]
        assert rows == usual_answer(query)


@each_of(WITH_EXPERIMENT)
def test_experiments_that_share_run_numbers_stay_apart(answer, week, week_with_a_twin, query):
    """One experiment for a query and another for the next: the other one too where the first has no rows."""
    names = ["churn-training", "price-sync"]
    for experiment in names if WITH_EXPERIMENT.index(query) % 2 else reversed(names):
        usual = answer(week, query, experiment=experiment)
        assert answer(week_with_a_twin, query, experiment=experiment) == usual
        if usual and query.stem not in OF_EVERYTHING:
            break


@each_of(WITH_STATUS)
def test_a_space_after_the_comma_between_statuses_changes_nothing(week, answer, query):
    plain = answer(week, query, status="Failed,Completed")
    assert answer(week, query, status="Failed, Completed") == plain != answer(week, query, status="Failed")
