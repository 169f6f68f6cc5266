"""Logs: saved queries and any other KQL."""
import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

FILTERS = "#logs-filters"
QUERY = "traces\n| summarize runs = count() by status = tostring(customDimensions.run_status)\n| sort by runs desc"


def run(page, text):
    page.get_by_label("KQL").fill(text)
    page.get_by_role("button", name="Run", exact=True).click()


def test_a_saved_query_is_run_with_its_chart_and_its_rows(open_week, week):
    page = open_week("view=logs")
    page.get_by_role("link", name="Top failing steps").click()
    expect(page.locator("#answer-chart svg")).to_be_visible()
    page.get_by_role("tab", name="Table").click()
    rows = week.ask("top_failing_steps")
    expect(page.locator("#answer-table tbody tr")).to_have_count(len(rows))
    expect(page.locator("#answer-table tbody tr").first).to_contain_text(rows[0]["step_name"])
    assert "query=top_failing_steps" in page.url


def test_any_kql_is_answered_as_a_table_a_chart_and_csv(open_week, week):
    page = open_week("view=logs&query=latest_runs")
    run(page, QUERY)
    expected = [[status, str(runs)] for status, runs in week.store.query(QUERY).rows]
    expect(page.locator(".outcome")).to_contain_text(f"{len(expected)} rows")
    expect(page.locator("#answer-table tbody tr").first).to_contain_text(expected[0][0])
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    text = download.value.path().read_text("utf-8")
    assert sorted(csv.reader(io.StringIO(text))) == sorted([["status", "runs"], *expected])
    page.get_by_role("tab", name="Chart").click()
    expect(page.locator("#answer-chart .mark-rect path")).to_have_count(len(expected))


def test_a_query_is_in_the_address_and_back_returns_to_the_one_before(open_week):
    page = open_week("view=logs&query=queue_time")
    expect(page.get_by_label("KQL")).to_have_value(re.compile("Queue time"))
    run(page, QUERY)
    page.wait_for_url(re.compile("kql="))
    page.reload()
    expect(page.get_by_label("KQL")).to_have_value(QUERY)
    page.go_back()
    expect(page.get_by_label("KQL")).to_have_value(re.compile("Queue time"))


def test_a_mistake_is_shown_at_its_place(open_week, week):
    page = open_week("view=logs")
    run(page, "traces\n| where nothing == 1\n| count")
    expect(page.get_by_role("alert").filter(visible=True)).to_have_text(
        "Line 2, column 9: Failed to resolve table or column expression named 'nothing'")
    expect(page.locator(".colours .wrong")).to_have_text("nothing")
    expect(page.locator(".numbers .wrong")).to_have_text("2")
    assert page.get_by_label("KQL").evaluate("input => input.selectionStart") == len("traces\n| where ")
    run(page, "traces | count")
    expect(page.locator(".outcome")).to_have_text(re.compile("^1 row in"))
    expect(page.locator(".colours .wrong")).to_have_count(0)
    expect(page.locator("#answer-table td")).to_have_text(str(week.store.counts()["traces"]))


def test_csv_gives_a_spreadsheet_no_formula(open_week):
    page = open_week("view=logs")
    run(page, "print a = '=1+1', b = 'x,\"y\"', c = -1, d = -1h, e = todynamic('{\"name\": \"@SUM(1)\"}').name, "
              "f = ' ＝1', g = 'a-b'")
    expect(page.locator(".outcome")).to_have_text(re.compile("^1 row in"))
    expect(page.locator("#answer-table td").first).to_have_text("=1+1")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert download.value.path().read_text("utf-8") == (
        "a,b,c,d,e,f,g\n'=1+1,\"x,\"\"y\"\"\",-1,-01:00:00,'@SUM(1),' ＝1,a-b\n")


def test_saved_queries_stand_below_their_questions_and_are_found(open_week):
    page = open_week("view=logs")
    saved = page.get_by_role("navigation", name="Saved queries")
    expect(saved.get_by_role("heading", level=3).first).to_have_text("What ran")
    failed = saved.get_by_role("region", name="What failed")
    expect(failed.get_by_role("link", name="Top failing steps")).to_be_visible()
    saved.get_by_label("Find a query").fill("longest step")
    expect(saved.get_by_role("link")).to_have_count(1)
    expect(saved.get_by_role("link")).to_contain_text("Slowest steps")
    expect(saved.get_by_role("heading", level=3)).to_have_text(["How long it took"])


@pytest.fixture
def hours_of_machines(insights):
    """Of two experiments, lately and long ago: each took an hour of a machine."""
    now = datetime.now(UTC)
    for experiment in ("churn", "demand"):
        for days in (2, 20):
            insights.run(f"{experiment}-{days}", started=now - timedelta(days=days), seconds=3600, target="cpu",
                         run_type="azureml.scriptrun", vm_size="Standard_DS3_v2", experiment_name=experiment)


def test_the_cost_tile_opens_the_cost_of_the_runs_that_it_counts(open_own, insights, hours_of_machines):
    page = open_own("experiment=churn&status=Completed")
    [both] = insights.ask("cost_by_experiment", experiment="churn")
    one = both["cost"] / 2
    expect(page.locator(".tile.cost .value")).to_have_text(f"{one:.2f} USD")
    page.locator(".tile.cost").click()
    expect(page.locator(FILTERS)).to_contain_text("With the filters of Runs: last 7 days, experiment churn. ")
    expect(page.locator(FILTERS)).to_contain_text("It has no parameter for status.")
    expect(page.get_by_label("KQL")).to_have_value(re.compile("^let experiment = 'churn';$", re.MULTILINE))
    expect(page.locator(".outcome")).to_have_text(re.compile("^1 row in"))
    page.get_by_role("tab", name="Table").click()
    expect(page.locator("#answer-table td.number").get_by_text("1", exact=True).first).to_be_visible()  # hour
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(FILTERS)).to_be_visible()
    assert "kql=" not in page.url
    page.locator("#to-runs").click()
    expect(page.locator("#filter-experiment")).to_have_value("churn")
    expect(page.locator("#filter-status")).to_have_value("Completed")
    page.go_back()
    page.get_by_role("button", name="Without filters").click()
    expect(page.locator(".outcome")).to_have_text(re.compile("^2 rows in"))
    expect(page.locator(FILTERS)).to_be_hidden()


def test_the_filters_of_runs_come_back_from_logs_that_had_none(open_own, hours_of_machines):
    page = open_own("time=30d&experiment=churn")
    page.locator("#find").fill("churn-20")
    page.locator("#to-logs").click()
    page.get_by_role("link", name="Top failing steps").click()
    expect(page.locator(FILTERS)).to_be_hidden()
    expect(page.get_by_label("KQL")).to_have_value(re.compile("^let experiment = '';$", re.MULTILINE))
    page.locator("#to-runs").click()
    expect(page.locator("#run-count")).to_have_text("1 run")
    expect(page.locator("#find")).to_have_value("churn-20")
    expect(page.locator("#filter-experiment")).to_have_value("churn")


def test_a_filter_that_is_no_value_is_told(open_week):
    page = open_week("view=logs&query=summary&time=all&status=Failed,NotResponding&starter=data_factory")
    expect(page.locator(FILTERS)).to_contain_text("all time, status Failed or NotResponding, started by Data Factory. ")
    page.route("**/text", lambda route: route.fulfill(json={"error": {"message": "status: no value"}}))
    page.get_by_role("link", name="Latest runs").click()
    expect(page.locator("#logs .problem")).to_have_text("status: no value")
