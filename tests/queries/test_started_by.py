"""`starter` keeps the pipeline runs that were started so, with all that is below them, in each query that has it."""
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.queries.conftest import Insights

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)
QUERIES = [query for query in sorted((Path(__file__).parents[2] / "queries").glob("*.kql"))
           if "let starter = '';" in query.read_text("utf-8")]


def root_of(sent):
    return sent.record.dimensions["root_run_id"]


@pytest.fixture(scope="module", params=["data_factory", "schedule"])
def starter(request):
    return request.param


@pytest.fixture(scope="module")
def week_started_so(week, sample_records, starter):
    """The records of the pipeline runs that were started so, and of those of which it is not known."""
    started = {run["run_id"]: run["started_by"] for run in week.ask("latest_runs", level="pipeline")}
    runs = [sent for sent in sample_records if "root_run_id" in sent.record.dimensions]
    assert starter in started.values() and any(root_of(sent) not in started for sent in runs)
    opened = Insights()
    opened.record_all(sent for sent in runs if started.get(root_of(sent), starter) == starter)
    yield opened
    opened.store.close()


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.stem)
def test_the_answer_is_as_if_nothing_else_had_been_started(week, week_started_so, starter, now, query):
    lets = {"at": now} if "let at = now();" in query.read_text("utf-8") else {}
    assert week.ask(query, starter=starter, **lets) == week_started_so.ask(query, **lets)


def test_of_a_run_in_progress_it_is_not_known_until_its_own_record_says_so(insights):
    insights.run("step", parent="p", root_run_id="p", started=NOON, seconds=60, run_source="MFE")
    lets = {"starter": "SDK", "at": NOON + timedelta(minutes=5)}
    assert [run["run_id"] for run in insights.ask("running_runs", **lets)] == ["p"]
    insights.run("p", started=NOON, status="Running", run_source="Designer")
    assert insights.ask("running_runs", **lets) == []


def test_a_pipeline_run_of_which_nothing_says_it_is_kept_by_no_starter(insights):
    insights.run("p", started=NOON, seconds=60)
    assert insights.ask("latest_runs", starter="SDK") == []
    assert len(insights.ask("latest_runs")) == 1


def test_runs_of_two_workspaces_may_share_an_id(insights):
    for workspace, source in (("east", "SDK"), ("west", "MFE")):
        insights.run("p", started=NOON, seconds=60, workspace_name=workspace, run_source=source)
    assert [run["workspace_name"] for run in insights.ask("latest_runs", starter="SDK")] == ["east"]
