"""Ten thousand runs, and runs that are recorded while one looks."""
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.queries.conftest import KEY

MANY = 10_000
EVERY_ROW = "#run-table .row:not(.head)"


@pytest.fixture
def record(insights):
    """So many pipeline runs, one every five minutes."""
    def record(count):
        now = datetime.now(UTC)
        items = [_item(f"run-{number}", now - timedelta(minutes=5 * number + 1), now) for number in range(count)]
        assert insights.store.accept(items, now).errors == ()
    return record


def _item(run_id, ended, sent):
    ended_ms = round(ended.timestamp() * 1000)
    properties = {
        "type": "run_detail", "workspace_name": "ws", "experiment_name": "many", "run_id": run_id,
        "parent_run_id": run_id, "step_name": run_id, "run_number": run_id.removeprefix("run-"),
        "run_status": "Completed",
        "created_time_utc_ms": str(ended_ms - 70_000), "start_time_utc_ms": str(ended_ms - 60_000),
        "end_time_utc_ms": str(ended_ms), "execution_time_ms": "60000"}
    data = {"baseType": "MessageData", "baseData": {"ver": 2, "message": "{}", "properties": properties}}
    return {"iKey": KEY, "name": "Microsoft.ApplicationInsights.Message", "time": sent.isoformat(), "data": data}


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
    page.locator("#run-table .viewport").evaluate("viewport => { viewport.scrollTop = 3800; }")
    expect(page.locator("[data-run='run-100']")).to_be_visible()
    insights.run("newest", started=datetime.now(UTC) - timedelta(seconds=30), seconds=10)
    expect(page.locator("[data-run='run-99']")).to_be_visible()
    assert page.locator("#run-table .viewport").evaluate("viewport => viewport.scrollTop") >= 3800
