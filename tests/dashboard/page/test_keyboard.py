"""Everything can be done without a mouse."""
import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect


def test_a_run_is_found_opened_and_left_with_keys_alone(open_week, week):
    page = open_week("time=all")
    runs = week.ask("latest_runs", level="pipeline")
    expect(page.locator("#run-table .row:not(.head)").first).to_be_visible()
    page.keyboard.press("r")
    expect(page.get_by_role("grid")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"run={runs[2]['run_id']}"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("grid")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("churn-training")
    expect(page.locator("#run-count")).to_have_text(
        f"{sum(run['experiment_name'] == 'churn-training' for run in runs)} runs")
    assert "find=churn-training" in page.url


def test_the_active_row_stays_the_active_one_when_a_newer_run_comes(open_own, insights):
    now = datetime.now(UTC)
    for hours in (1, 2, 3):
        insights.run(f"run-{hours}", started=now - timedelta(hours=hours), seconds=60)
    page = open_own("time=all")
    page.keyboard.press("r")
    page.keyboard.press("ArrowDown")
    active = page.locator("#run-table .row.active")
    expect(active).to_have_attribute("data-run", "run-2")
    insights.run("newest", started=now - timedelta(minutes=10), seconds=60)
    expect(page.locator("#run-panel").get_by_role("status")).to_have_text("4 runs")
    expect(active).to_have_attribute("data-run", "run-2")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("run=run-2"))


def test_tiles_and_lists_are_reached_with_tab(open_week):
    page = open_week("time=all")
    page.locator(".tile.success_rate").focus()
    page.keyboard.press("Tab")
    expect(page.locator(".tile.failed")).to_be_focused()
    page.locator(".tile.failed").evaluate("tile => tile.classList.add('old')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("status=Failed"))
    expect(page.locator(".tile.failed:not(.old)")).to_be_focused()
    page.locator("#attention a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#run-title, #filter-experiment.active").first).to_be_visible()


def test_a_query_is_written_and_run_with_keys(open_week, week):
    page = open_week("time=all")
    expect(page.locator(".tile").first).to_be_visible()
    page.keyboard.press("3")
    expect(page.get_by_label("KQL")).to_be_visible()
    page.get_by_label("KQL").fill("traces | count")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".outcome")).to_have_text(re.compile("^1 row in"))
    expect(page.locator("#answer-table td")).to_have_text(str(week.store.counts()["traces"]))
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect(page.locator("#tiles")).to_be_visible()


def test_the_keys_are_listed(open_week):
    page = open_week("view=logs")
    expect(page.get_by_label("KQL")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
