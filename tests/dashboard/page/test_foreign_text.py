"""Names, messages and details come from outside: whatever they contain is shown as text and nothing more."""
import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

SCRIPT = "<img src=x onerror='window.planted=1'><script>window.planted=1</script>\"'`${window.planted=1}{{7*7}}"
LINK = "javascript:window.planted=1"


@pytest.fixture
def planted(insights):
    """A pipeline run with a step that failed, and a good one before it, with script in every field."""
    begin = datetime.now(UTC) - timedelta(hours=5)
    texts = {name: f"{name} {SCRIPT}" for name in (
        "workspace_name", "experiment_name", "experimentName", "amlWorkSpace", "submitted_by", "target", "vm_size",
        "git_branch", "git_commit", "docker_image", "snapshot_id", "tags", "script", "display_name", "parent_run_name",
        "step_id", "node_id")}
    errors = {name: f"{name} {SCRIPT}" for name in (
        "error_code", "error_message", "error_fingerprint", "failed_step_name", "failed_step_error_code",
        "failed_step_error_message")}
    common = {**texts, "run_url": LINK, "failed_step_run_url": LINK}
    ids = [f"{name} {SCRIPT}" for name in ("good", "bad", "step")]
    insights.run(ids[0], started=begin, seconds=600, **common)
    insights.run(ids[1], started=begin + timedelta(hours=1), seconds=900, status="Failed", step_name=ids[0],
                 **{**common, **errors, "git_commit": f"other {SCRIPT}"})
    insights.run(ids[2], parent=ids[1], started=begin + timedelta(hours=1, minutes=2), seconds=300, status="Failed",
                 queue_seconds=60, **common, **{name: errors[name] for name in list(errors)[:3]})
    insights.run(f"odd {SCRIPT}", started=begin, seconds=60, status=f"status {SCRIPT}", **common)
    insights.record(message=json.dumps({"runId": SCRIPT, SCRIPT: SCRIPT}), run_id=ids[1], parent_run_id=ids[1])
    return ids


def assert_nothing_ran(page):
    assert page.evaluate("window.planted") is None
    assert page.locator("img, iframe, object, script:not([src])").count() == 0
    assert page.locator("[href^='javascript']").count() == 0


def test_the_first_screen_shows_script_as_text(open_own, planted):
    page = open_own("time=24h")
    expect(page.locator("#run-table .row:not(.head)")).to_have_count(3)
    expect(page.locator("#run-table")).to_contain_text(SCRIPT)
    expect(page.locator("#errors .group").first).to_be_visible()
    expect(page.locator("#attention .item").first).to_contain_text(SCRIPT)
    page.locator("#top-failing-steps .mark-rect path[fill='#d1242f']").first.hover()
    expect(page.locator("#status-over-time svg")).to_be_visible()
    page.locator("#duration-trend .mark-symbol path").first.hover()
    expect(page.locator("#vg-tooltip-element")).to_be_visible()
    expect(page.locator("#filter-submitter option").nth(1)).to_have_text(f"submitted_by {SCRIPT}")
    assert_nothing_ran(page)


def test_a_filter_by_such_a_name_finds_its_runs(open_own, planted):
    page = open_own("time=24h")
    page.locator("#filter-submitter").select_option(f"submitted_by {SCRIPT}")
    expect(page.locator("#filter-submitter")).to_have_class("active")
    expect(page.locator("#run-count")).to_have_text("3 runs")
    assert_nothing_ran(page)


def test_a_run_shows_script_as_text(open_own, planted):
    page = open_own("time=24h")
    page.locator("#run-table .row:not(.head)", has_text="failed_step_name").click()
    expect(page.locator("#run-title")).to_contain_text(SCRIPT)
    expect(page.locator("#run-error pre")).to_contain_text(SCRIPT)
    expect(page.locator("#run-steps .row:not(.head)")).to_contain_text(SCRIPT)
    expect(page.locator("#run-compared del").first).to_contain_text(SCRIPT)
    expect(page.locator("#run-details")).to_contain_text(SCRIPT)
    assert_nothing_ran(page)


def test_logs_show_script_as_text(open_own, planted):
    page = open_own("view=logs&query=latest_runs")
    expect(page.locator("#answer-table")).to_contain_text(SCRIPT)
    page.get_by_label("KQL").fill("print name = @'" + SCRIPT.replace("'", "''") + "', n = 1")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".outcome")).to_contain_text("1 row")
    expect(page.locator("#answer-table td").first).to_have_text(SCRIPT)
    page.get_by_role("tab", name="Chart").click()
    expect(page.locator("#answer-chart svg")).to_contain_text(SCRIPT[:10])  # the rest may not fit in the reader's font
    assert_nothing_ran(page)


@pytest.mark.parametrize("names", [
    ("find", "experiment", "status", "time"), ("since", "step"), ("run",), ("query",), ("kql",), ("view",)],
    ids=" ".join)
def test_an_address_with_script_is_no_more_than_an_address(open_own, planted, names):
    """Those together that do not stand in for each other."""
    view = "logs" if {"query", "kql"} & {*names} else ""
    page = open_own("&".join([*(f"{name}={quote(SCRIPT)}" for name in names), f"view={view}"]))
    expect(page.locator("#runs, #run, #logs").filter(visible=True)).to_have_count(1)
    assert_nothing_ran(page)


WITHOUT_A_BREAK = "n" * 300
OUTSIDE = """() => [...document.querySelectorAll("main *, header *")].filter(element => element.checkVisibility()
  && !element.closest(".viewport, .scroll, pre, svg, .unseen")).filter(
    element => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(
      element => element.outerHTML.slice(0, 90))"""
CUT = """() => [...document.querySelectorAll(".chart svg text:not([opacity='0'])")].filter(text => {
  const own = text.getBoundingClientRect(), chart = text.ownerSVGElement.getBoundingClientRect();
  return own.width && (own.left < chart.left - 1 || own.right > chart.right + 1);
}).map(text => text.textContent)"""


@pytest.fixture
def long_names(insights):
    begin = datetime.now(UTC) - timedelta(days=2)
    names = {name: WITHOUT_A_BREAK for name in (
        "workspace_name", "experiment_name", "submitted_by", "target", "git_branch", "run_source", "vm_size")}
    for number, status in enumerate(("Completed", "Canceled", "NotResponding", "Failed")):
        insights.run(f"p{number}-{WITHOUT_A_BREAK}", started=begin + timedelta(hours=12 * number), seconds=600,
                     status=status, step_name=WITHOUT_A_BREAK, error_message=WITHOUT_A_BREAK if number > 1 else None,
                     metrics=json.dumps({WITHOUT_A_BREAK: number}), run_number=str(number), **names)
    insights.run(WITHOUT_A_BREAK, parent=f"p3-{WITHOUT_A_BREAK}", started=begin + timedelta(hours=36), seconds=500,
                 status="Failed", error_message=WITHOUT_A_BREAK, **names)


@pytest.mark.parametrize("path", ["time=all&level=all", f"run=p3-{WITHOUT_A_BREAK}"], ids=["runs", "run"])
def test_names_without_a_place_to_break_make_no_page_wider_and_no_chart(open_own, long_names, path):
    page = open_own(path, viewport={"width": 320, "height": 640})
    for width in (320, 1440):
        page.set_viewport_size({"width": width, "height": 640})
        expect(page.locator("[aria-busy]")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(OUTSIDE) == []
        page.wait_for_function(f"({CUT})().length === 0")


@pytest.mark.parametrize("name", ["تدريب", "a\u202etsal", "a\u2069\u202etsal"])
def test_a_name_that_is_written_from_the_right_leaves_the_number_behind_it(open_own, insights, name):
    begun = datetime.now(UTC) - timedelta(hours=1)
    insights.run("run", started=begun, seconds=60, experiment_name=name, run_number="7",
                 parent_run_number="7")
    link = open_own("time=all").locator("#run-table .name a").first
    expect(link).to_have_text(f"{name} #7")
    shown, number = (link.locator("span").nth(index).bounding_box() for index in range(2))
    assert shown["x"] + shown["width"] <= number["x"]
    link.click()
    shown = name.replace("\u2069", "")
    title = link.page.locator("#run-title")
    expect(title).to_contain_text(f"\u2068{shown}\u2069 #7")
    lefts = title.evaluate("""title => [...title.firstChild.data].map((_, at) => {
      const range = new Range();
      range.setStart(title.firstChild, at);
      range.setEnd(title.firstChild, at + 1);
      return range.getBoundingClientRect().left;
    })""")
    assert max(lefts[1:len(shown) + 1]) < lefts[-1]


def test_of_a_long_name_the_number_stays_in_sight(open_own, long_names):
    page = open_own("time=all")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 800})
        row = page.locator("#run-table .row:not(.head)").first
        expect(row.locator(".numbered span").last).to_have_text(" #3")
        number, cell = (row.locator(part).first.bounding_box() for part in (".numbered span:last-child", ".name"))
        assert number["x"] + number["width"] <= cell["x"] + cell["width"] + 1
        expect(row.locator(".name").first).to_have_attribute("title", re.compile(f"^{WITHOUT_A_BREAK} #3"))
