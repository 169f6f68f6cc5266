"""Notebooks that builds have run: what broke, how each ended, which cells are slow."""
import re

from playwright.sync_api import expect

ROWS = "#notebook-table .row:not(.head)"


def test_what_broke_is_told_with_its_commits_and_leads_to_the_run(open_week, week):
    page = open_week("view=notebooks&time=all")
    broken = week.ask("broken_notebooks")
    items = page.locator("#broken .item")
    expect(items).to_have_count(len(broken))
    expect(items.first).to_contain_text(broken[0]["notebook"])
    expect(items.first).to_contain_text(broken[0]["error_message"])
    expect(items.first).to_contain_text(f"broken since {broken[0]['first_bad_commit'][:8]}, "
                                        f"last good at {broken[0]['last_good_commit'][:8]}")
    expect(page.locator("#results svg")).to_be_visible()
    expect(page.locator("#cells svg")).to_be_visible()
    items.first.click()
    page.wait_for_url(re.compile(f"run={broken[0]['run_id']}"))


def test_the_first_screen_leads_to_a_broken_notebook_and_its_runs(open_week, week):
    page = open_week("time=all")
    broken = week.ask("broken_notebooks")[0]
    page.locator("#attention .item", has_text=broken["notebook"]).click()
    runs = week.ask("notebook_results", notebook=broken["notebook"])
    expect(page.locator(ROWS)).to_have_count(len(runs))
    expect(page.locator(ROWS).first).to_contain_text(re.compile("failed"))
    failed = sum(run["result"] == "failed" for run in runs)
    expect(page.locator("#notebook-count")).to_contain_text(f"{failed} failed")
    page.get_by_role("button", name="Show all notebooks").click()
    expect(page.locator("#notebook-count")).to_contain_text(f"{len(week.ask('notebook_results'))} runs")


def test_where_no_notebook_has_run_it_says_how_they_come_here(open_own):
    page = open_own("view=notebooks")
    expect(page.get_by_role("heading", name="No notebook has run in this time")).to_be_visible()
    expect(page.locator("#notebook-parts")).to_be_hidden()


def test_an_answer_that_fails_after_an_empty_one_is_told(open_own):
    page = open_own("view=notebooks")
    page.route("**/api/queries/notebook_results", lambda route: route.fulfill(json={"error": {"message": "no memory"}}))
    page.get_by_role("button", name="Show all time").click()
    expect(page.locator("#notebook-panel .problem")).to_be_visible()
    expect(page.locator("#notebook-panel .problem")).to_contain_text("no memory")
    expect(page.locator("#notebooks-empty")).to_be_hidden()
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#notebooks-empty")).to_be_visible()
