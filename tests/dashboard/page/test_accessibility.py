"""Nothing that axe-core knows keeps anybody out: every view, light and dark, on a desk and on a phone."""
from itertools import cycle

import pytest
from playwright.sync_api import expect

from tests.programs import REPOSITORY, do_without

AXE = REPOSITORY / "tests" / "dashboard" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
THEMES = ("light", "dark")
SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
REPORT = """async () => (await axe.run({ resultTypes: ["violations"] })).violations.flatMap(
  ({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help}: ${target.join(" ")}`))"""


def show_runs(page):
    expect(page.locator("#top-failing-steps svg")).to_be_visible()
    expect(page.locator("#run-table .row:not(.head)").first).to_be_visible()


def show_run(page):
    expect(page.locator("#run-steps .row:not(.head)").first).to_be_visible()
    expect(page.locator("#run-compared table")).to_be_visible()
    page.get_by_text("Dimensions").click()


def show_notebooks(page):
    expect(page.locator("#results svg")).to_be_visible()
    expect(page.locator("#cells svg")).to_be_visible()
    expect(page.locator("#broken .item").first).to_be_visible()


def show_chart(page):
    expect(page.locator("#answer-chart svg")).to_be_visible()


def show_table(page):
    expect(page.locator("#answer-table td").first).to_be_visible()


def show_mistake(page):
    expect(page.locator("#logs .problem")).to_be_visible()


def show_keys(page):
    page.get_by_role("button", name="Keys").click()


VIEWS = {
    "time=all": show_runs, "run={run}": show_run, "view=notebooks&time=all": show_notebooks,
    "view=logs&query=slowest_steps": show_chart, "view=logs&query=latest_runs": show_table,
    "view=logs&kql=traces|nonsense": show_mistake, "run=none": show_keys}


@pytest.fixture(scope="module")
def axe():
    if not AXE.exists():
        do_without("the npm package axe-core", "run npm ci in tests/dashboard/axe")
    return AXE.read_text("utf-8")


@pytest.mark.parametrize(("path", "show", "themes"), [
    (*view, themes) for view, themes in zip(VIEWS.items(), cycle((THEMES, THEMES[::-1])))])
def test_axe_finds_no_violation(open_week, week, axe, path, show, themes):
    """In either theme and at either size; which of both go together changes from view to view."""
    failed = next(run for run in week.ask("failed_pipeline_runs", experiment="churn-training")
                  if run["failed_step_name"] == "Train Churn Model")
    page = open_week(path.format(run=failed["run_id"]))
    show(page)
    page.evaluate(axe)
    for theme, (name, size) in zip(themes, SIZES.items()):
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size(size)
        assert page.evaluate(REPORT) == [], f"{name}, {theme}"
