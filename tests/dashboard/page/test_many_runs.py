"""Ten thousand runs, and runs that are recorded while one looks."""
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from dashboard.sources.local_store import LocalStore
from tests.dashboard.page.served import served
from tests.queries.conftest import KEY, Insights

MANY = 10_000
EVERY_ROW = "#run-table .row:not(.head)"


@pytest.fixture
def record(insights):
    """So many pipeline runs, one every five minutes."""
    def record(count, **dimensions):
        now = datetime.now(UTC)
        items = [_item(f"run-{number}", now - timedelta(minutes=5 * number + 1), now, **dimensions)
                 for number in range(count)]
        assert insights.store.accept(items, now).errors == ()
    return record


@pytest.fixture(scope="module")
def uneven_address():
    """1,200 pipeline runs, of which the thousandth began two days ago and has no end; the last hundred ended more than
    three days ago, and something else started them."""
    opened = Insights()
    now = datetime.now(UTC)
    items = []
    for number in range(1_200):
        ended = now - timedelta(minutes=number + 1, hours=0 if number < 1_100 else 80)
        items.append(_item(f"run-{number}", ended, now, run_source="SDK" if number < 1_100 else "Studio"))
    started = _milliseconds(now - timedelta(days=2))
    items[999] = _item("run-999", now - timedelta(minutes=1_000), now - timedelta(minutes=1_000), run_source="SDK",
                       run_status="NotResponding", start_time_utc_ms=str(started), end_time_utc_ms=None)
    assert opened.store.accept(items, now).errors == ()
    with served(LocalStore(opened.store)) as address:
        yield address
    opened.store.close()


def _item(run_id, ended, sent, **dimensions):
    ended_ms = _milliseconds(ended)
    properties = {
        "type": "run_detail", "workspace_name": "ws", "experiment_name": "many", "run_id": run_id,
        "parent_run_id": run_id, "step_name": run_id, "run_number": run_id.removeprefix("run-"),
        "run_status": "Completed",
        "created_time_utc_ms": str(ended_ms - 70_000), "start_time_utc_ms": str(ended_ms - 60_000),
        "end_time_utc_ms": str(ended_ms), "execution_time_ms": "60000",
        "run_url": f"https://ml.azure.com/runs/{run_id}", **dimensions}
    known = {name: value for name, value in properties.items() if value is not None}
    data = {"baseType": "MessageData", "baseData": {"ver": 2, "message": "{}", "properties": known}}
    return {"iKey": KEY, "name": "Microsoft.ApplicationInsights.Message", "time": sent.isoformat(), "data": data}


def _milliseconds(time):
    return round(time.timestamp() * 1000)


def scroll_to_the_end(page):
    page.locator("#run-table .viewport").evaluate("viewport => { viewport.scrollTop = viewport.scrollHeight; }")


def test_ten_thousand_runs_are_scrolled_through_with_few_elements(open_own, record):
    record(MANY)
    page = open_own("time=all")
    expect(page.locator("#run-count")).to_have_text("1,000+ runs")
    for thousands in range(2, MANY // 1000 + 1):
        scroll_to_the_end(page)
        loaded = re.compile(rf"^({thousands - 1},9|{thousands},0)\d\d\+? runs$")
        expect(page.locator("#run-count")).to_have_text(loaded)
    scroll_to_the_end(page)
    expect(page.locator("#run-count")).to_have_text("10,000 runs")
    expect(page.locator("[data-run='run-9999']")).to_be_visible()
    assert page.locator(EVERY_ROW).count() < 60
    page.locator("#find").fill("run-777")
    expect(page.locator("#run-count")).to_have_text("11 runs")


def test_a_run_that_is_recorded_appears_by_itself(open_own, insights):
    page = open_own("time=24h")
    expect(page.get_by_role("heading", name="Nothing is recorded yet")).to_be_visible()
    now = datetime.now(UTC)
    insights.run("first", started=now - timedelta(minutes=20), seconds=60)
    expect(page.locator(EVERY_ROW)).to_have_count(1)
    expect(page.locator("#no-records")).to_be_hidden()
    insights.run("second", started=now - timedelta(minutes=10), seconds=60, status="Failed")
    expect(page.locator(EVERY_ROW).first).to_contain_text("second")
    expect(page.locator(".tile.runs .value")).to_have_text("2")
    expect(page.locator("#freshness")).to_contain_text("last record")


def test_what_comes_while_one_reads_moves_nothing_away(open_own, insights, record):
    record(1_200)
    page = open_own("time=all")
    expect(page.locator("#run-count")).to_have_text("1,000+ runs")
    page.locator("[data-run='run-2']").get_by_role("link", name="Open in the portal").focus()
    page.locator("#run-table .viewport").evaluate("viewport => { viewport.scrollTop = 3800; }")
    expect(page.locator("[data-run='run-100']")).to_be_visible()
    insights.run("newest", started=datetime.now(UTC) - timedelta(seconds=30), seconds=10)
    expect(page.locator("[data-run='run-99']")).to_be_visible()
    assert page.locator("#run-table .viewport").evaluate("viewport => viewport.scrollTop") >= 3800
    expect(page.get_by_role("grid")).to_be_focused()


def test_rows_behind_a_run_without_an_end_come_and_those_of_a_longer_period(open_at, uneven_address):
    page = open_at(uneven_address, "time=3d")
    scroll_to_the_end(page)
    expect(page.locator("#run-count")).to_have_text("1,100 runs")
    page.locator("#filter-time").select_option("7d")
    expect(page.locator("#run-count")).to_have_text("1,000+ runs")
    scroll_to_the_end(page)
    expect(page.locator("#run-count")).to_have_text("1,200 runs")


def test_what_is_looked_for_is_found_in_rows_that_come_later(open_at, uneven_address):
    page = open_at(uneven_address, "time=all")
    page.locator("#find").fill("run-1150")
    expect(page.locator("#run-count")).to_have_text("1 run")
    expect(page.locator(EVERY_ROW)).to_contain_text("run-1150")
    expect(page.locator("#no-matches")).to_be_hidden()


def test_what_started_older_runs_is_offered_and_finds_them(open_at, uneven_address):
    page = open_at(uneven_address, "time=all")
    page.locator("#filter-starter").select_option("Studio")
    expect(page.locator("#run-count")).to_have_text("100 runs")


def test_costs_that_did_not_come_with_older_rows_come_when_one_asks_again(open_own, record):
    record(1_200, target="cpu", run_type="azureml.scriptrun", vm_size="Standard_DS3_v2")
    page = open_own("time=all")
    page.route("**/api/queries/run_cost", lambda route: route.fulfill(json={"error": {"message": "no memory"}}))
    with page.expect_response("**/api/queries/run_cost"):
        scroll_to_the_end(page)
    page.unroute_all()
    scroll_to_the_end(page)
    last = page.locator("[data-run='run-1199']")
    expect(last).to_be_visible()
    expect(last).not_to_contain_text("USD")
    page.locator("#to-runs").click()
    expect(last).to_contain_text("USD")
