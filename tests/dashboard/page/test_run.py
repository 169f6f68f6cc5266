"""A run: its steps over time, what failed, what is different from the last good run, its details."""
import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.queries.run_trees import VERSIONS, records_of, runs_of, trees

STEPS = "#run-steps .row:not(.head)"


@pytest.fixture
def failed_run(week):
    """A nightly training whose third step failed; it went well before."""
    return next(run for run in week.ask("failed_pipeline_runs", experiment="churn-training")
                if run["failed_step_name"] == "Train Churn Model" and "NaN" in run["error_message"])


def in_dollars(cost):
    return f"{cost:.2f} USD" if cost >= 0.1 else f"{float(f'{cost:.2g}'):g} USD"


def test_a_click_in_the_table_opens_a_run_and_back_returns(open_week, week):
    page = open_week("time=all&status=Completed")
    run = week.ask("latest_runs", level="pipeline", status="Completed")[0]
    page.locator(f"[data-run='{run['run_id']}']").click()
    expect(page.locator("#run-title")).to_contain_text(f"{run['experiment_name']} #{run['run_number']}")
    assert f"run={run['run_id']}" in page.url and "status=Completed" in page.url
    page.go_back()
    expect(page.locator("#run-table")).to_be_visible()


def test_a_failed_run_shows_its_step_its_error_and_its_gantt(open_week, week, failed_run):
    page = open_week(f"run={failed_run['run_id']}")
    expect(page.locator("#run-title .status")).to_have_text(re.compile("Failed"))
    expect(page.locator("#run-error h2")).to_contain_text("Failed in Train Churn Model")
    expect(page.locator("#run-error pre")).to_have_text(failed_run["error_message"])
    facts = page.locator("#run-head .facts")
    expect(facts).to_contain_text("Started by" "timer (churn) for")
    expect(facts).to_contain_text("Parameters" "months")
    steps = week.ask("run_steps", run=failed_run["run_id"])
    expect(page.locator(STEPS)).to_have_count(len(steps))
    queued, ran = (max(bar.bounding_box()["width"] for bar in page.locator(f"#run-steps .bars {kind}").all())
                   for kind in (".queued", ".ran"))
    assert ran > 200
    longest, longest_queue = (max(step[name] for step in steps) for name in ("duration_seconds", "queue_seconds"))
    assert queued / ran == pytest.approx(longest_queue / longest, rel=0.05)


def test_a_long_error_says_what_it_is_in_a_line_and_leaves_room_for_the_steps(open_own, insights):
    begin = datetime.now(UTC) - timedelta(hours=1)
    frames = "".join(f'  File "train.py", line {line}, in fit\n    fit()\n' for line in range(100))
    error = f"Traceback (most recent call last):\n{frames}ValueError: no rows"
    insights.run("root", started=begin, seconds=600, status="Failed")
    insights.run("train", parent="root", started=begin, seconds=500, status="Failed", error_message=error)
    page = open_own("run=root", permissions=["clipboard-read", "clipboard-write"])
    expect(page.locator("#run-error strong")).to_have_text("ValueError: no rows")
    expect(page.locator("#run-error pre")).to_have_text(error)
    expect(page.locator(STEPS)).to_be_in_viewport()
    page.get_by_role("button", name="Copy the error").click()
    expect(page.get_by_role("button", name="Copy the error")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == error
    expect(page.get_by_role("link", name="Open the step in the portal")).to_have_attribute(
        "href", "https://ml.azure.com/runs/train")


def test_a_click_on_the_bar_of_a_step_shows_its_own_details(open_week, week, failed_run):
    page = open_week(f"run={failed_run['run_id']}")
    step = week.ask("run_steps", run=failed_run["run_id"])[1]
    page.locator("#run-steps .bars").nth(1).click()
    expect(page.locator("#run-details > p")).to_contain_text(step["run_id"])
    assert f"step={step['run_id']}" in page.url
    shown = json.loads(page.locator("#run-details pre").first.inner_text())
    assert shown["runId"] == step["run_id"]


def test_a_run_is_compared_with_the_last_good_one(open_week, week, failed_run):
    page = open_week(f"run={failed_run['run_id']}")
    rows = week.ask("run_comparison", run=failed_run["run_id"])
    expect(page.locator("#run-compared tbody tr")).to_have_count(len(rows))
    line = page.locator("#run-compared tbody tr", has_text="Train Churn Model")
    expect(line).to_contain_text("Failed")
    expect(line).to_contain_text("Completed")
    page.get_by_role("link", name="Open the last good run").click()
    expect(page.locator("#run-title .status")).to_have_text(re.compile("Completed"))
    assert f"run={rows[0]['good_run_id']}" in page.url


def test_a_run_and_its_steps_say_what_they_cost_beside_the_last_good_run(open_week, week):
    run = next(run for run in week.ask("run_cost", experiment="demand-forecast")
               if run["run_status"] == "Failed" and run["lost_cost"] >= 0.01)
    page = open_week(f"run={run['run_id']}")
    expect(page.locator("#run-cost")).to_contain_text(f"Cost{in_dollars(run['cost'])}")
    expect(page.locator("#run-cost")).to_contain_text(f"Of it lost{in_dollars(run['lost_cost'])}")
    steps = week.ask("run_cost", run=run["run_id"], level="step")
    for step in steps:
        line = page.locator(STEPS, has_text=step["run_name"]).first
        expect(line).to_contain_text(in_dollars(step["cost"]))
    good = week.ask("run_comparison", run=run["run_id"])[0]["good_run_id"]
    [good_cost] = week.ask("run_cost", run=good)
    whole = page.locator("#run-compared tr.whole")
    expect(whole).to_contain_text(in_dollars(run["cost"]))
    expect(whole).to_contain_text(in_dollars(good_cost["cost"]))


def test_a_model_that_became_worse_is_told_beside_the_last_good_one(open_week, week):
    worst, *_ = week.ask("metric_drop")
    page = open_week("time=all")
    item = page.locator(".item", has_text="churn-training: recall_top_decile")
    expect(item).to_contain_text("0.387 instead of 0.4635, worse by 16.5 %")
    item.click()
    page.wait_for_url(re.compile(f"step={worst['run_id']}"))
    line = page.locator("#run-compared tbody tr", has_text="Evaluate Churn Model")
    expect(line).to_contain_text("recall_top_decile: 0.4635 → 0.387")
    expect(page.locator("#run-details .facts")).to_contain_text("recall_top_decile0.387")


def test_on_a_phone_the_comparison_with_its_metrics_fits(open_week, week):
    worst, *_ = week.ask("metric_drop")
    page = open_week(f"run={worst['root_run_id']}", viewport={"width": 390, "height": 844})
    expect(page.locator("#run-compared")).to_contain_text("recall_top_decile: 0.4635 → 0.387")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_run_whose_machines_have_no_price_says_so(open_week, failed_run):
    page = open_week(f"run={failed_run['run_id']}")
    expect(page.locator("#run-cost")).to_contain_text("Costunpriced")
    expect(page.locator("#run-cost")).to_contain_text("Without a price")


def test_the_address_of_a_step_leads_to_it_in_its_pipeline_run(open_week, week, failed_run):
    step = week.ask("run_steps", run=failed_run["run_id"])[0]
    page = open_week(f"run={step['run_id']}")
    page.wait_for_url(re.compile(f"run={failed_run['run_id']}"))
    expect(page.locator("#run-steps .row.chosen")).to_contain_text(step["step_name"])


def test_a_run_in_progress_shows_the_steps_that_are_known(open_week, week):
    page = open_week("time=all")
    running = week.ask("running_runs")[0]
    page.locator("#running a").first.click()
    expect(page.locator("#run-head")).to_contain_text(running["experiment_name"])
    expect(page.locator("#run-head")).to_contain_text("In progress")
    expect(page.locator(STEPS).first).to_be_visible()


@pytest.mark.parametrize("status", [None, "Running"])
def test_a_run_in_progress_says_since_when_by_whom_and_what_has_not_run_yet(open_own, insights, status):
    """Where steps alone tell of it, as usual, and where it has a record of its own."""
    begin = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=30)
    good = begin - timedelta(hours=3)
    insights.run("good", started=good, seconds=3600, step_name="root")
    insights.run("good-train", parent="good", started=good, seconds=600, step_name="train", metrics='{"rmse": 0.31}')
    if status:
        insights.run("root", started=begin, status=status)
    insights.run("prepare", parent="root", started=begin, seconds=60)
    page = open_own("run=root")
    facts = page.locator("#run-head .facts")
    expect(facts).to_contain_text(re.compile(r"In progress for\d+ min.*Usually1 h.*Submitted byAda.*Run idroot "))
    expect(facts.locator("dd").first).to_have_attribute("title", f"{begin:%Y-%m-%dT%H:%M:%S}.000Z")
    lines = page.locator("#run-compared tbody tr")
    expect(lines.filter(has_text="root")).to_contain_text("Running")
    expect(lines.filter(has_text="train")).to_contain_text("not yet")
    expect(lines.filter(has_text="train")).to_contain_text("rmse: was 0.31")
    expect(lines.filter(has_text="prepare")).to_contain_text("did not run")


def test_a_metric_that_one_of_the_two_has_not_is_neither_better_nor_worse(open_own, insights):
    begin = datetime.now(UTC) - timedelta(hours=2)
    for run, steps in (("good", {"train": '{"rmse": 0.31}', "evaluate": '{"auc": 0.9, "f1": 0.8}'}),
                       ("root", {"evaluate": '{"auc": 0.7}', "explain": '{"shap": 4}'})):
        insights.run(run, started=begin, seconds=600, step_name="root")
        for name, metrics in steps.items():
            insights.run(f"{run}-{name}", parent=run, started=begin, seconds=60, step_name=name, metrics=metrics)
        begin += timedelta(hours=1)
    page = open_own("run=root")
    items = page.locator("#run-compared li")
    expect(items).to_have_text(["auc: 0.9 → 0.7", "f1: 0.8 → none", "rmse: was 0.31", "shap: 4"])
    expect(items.locator("del, ins")).to_have_text(["0.9", "0.7"])


def test_a_run_that_nobody_recorded_says_so(open_week):
    expect(open_week("run=nobody").locator("#run-head")).to_contain_text("Nothing is recorded of this run")


@pytest.fixture(params=VERSIONS)
def open_tree(insights, open_own, request):
    """Opens the root of one of the trees, with its runs recorded."""
    def open_root(name):
        runs = runs_of(name, trees()[name])
        for time, dimensions in records_of(runs, request.param):
            insights.send(time, dimensions)
        return open_own(f"run={quote(runs[0].id)}")
    return open_root


def unfold_all(page):
    expect(page.locator(STEPS).first).to_be_visible()
    while (folded := page.locator(".fold[aria-expanded=false]")).count():
        folded.first.click()


@pytest.mark.parametrize("name", ["attempts of attempts", "trials of a sweep in a pipeline in a pipeline"])
def test_a_run_whose_failures_were_absorbed_shows_all_that_is_below_it_and_no_error(open_tree, name):
    page = open_tree(name)
    unfold_all(page)
    expect(page.locator(STEPS)).to_have_count(6)
    expect(page.locator("#run-title .status")).to_have_text(re.compile("Completed"))
    expect(page.locator("#run-error")).to_be_empty()


def test_a_run_says_what_failed_first_below_it(open_tree):
    page = open_tree("a failed nested pipeline of a pipeline that goes on")
    expect(page.locator("#run-error h2")).to_contain_text("Failed in train")


def test_of_two_failed_steps_that_counts_which_nothing_mended(open_tree):
    page = open_tree("one step that was mended and one that was not")
    expect(page.locator("#run-error h2")).to_contain_text("Failed in publish")


def test_the_address_of_a_trial_leads_to_it_in_its_pipeline_run(insights, open_own):
    name = "trials of a sweep in a pipeline in a pipeline"
    for time, dimensions in records_of(runs_of(name, trees()[name]), "2"):
        insights.send(time, dimensions)
    page = open_own(f"run={quote(f'{name}: HD_1')}")
    expect(page.locator("#run-steps .row.chosen")).to_contain_text("HD_1")


def test_what_steps_have_started_is_folded_below_them(open_week, week):
    run = next(run for run in week.ask("latest_runs", level="pipeline", status="Completed")
               if run["experiment_name"] == "energy-forecast")
    steps = week.ask("run_steps", run=run["run_id"])
    top = [step for step in steps if step["parent_run_id"] == run["run_id"]]
    assert len(top) < len(steps)
    page = open_week(f"run={run['run_id']}")
    expect(page.locator(STEPS)).to_have_count(len(top))
    fold = page.get_by_role("button", name=re.compile("runs below Tune Model"))
    fold.click()
    expect(page.locator(STEPS)).to_have_count(len(top) + 1)
    unfold_all(page)
    expect(page.locator(STEPS)).to_have_count(len(steps))
    page.locator(f"{STEPS} a", has_text="HD_").last.click()
    expect(page.locator("#run-details code")).to_contain_text("HD_")
    expect(fold).to_have_attribute("aria-expanded", "true")
    fold.press("Enter")
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(page.locator(STEPS)).not_to_have_count(len(steps))
    expect(fold).to_be_focused()


def test_while_steps_are_looked_for_all_is_unfolded_and_nothing_folds(open_own, insights):
    begin = datetime.now(UTC) - timedelta(hours=1)
    insights.run("root", started=begin, seconds=600)
    insights.run("sweep", parent="root", started=begin, seconds=500)
    insights.run("trial of the sweep", parent="sweep", started=begin, seconds=400, root_run_id="root")
    page = open_own("run=root&find_step=sweep")
    expect(page.locator(STEPS)).to_have_count(2)
    expect(page.locator("#run-steps").locator(".fold, [aria-expanded]")).to_have_count(0)
    page.keyboard.press("r")
    page.keyboard.press("ArrowRight")
    page.locator("#find-step").fill("")
    expect(page.locator(STEPS)).to_have_count(1)
    expect(page.locator(".fold")).to_have_attribute("aria-expanded", "false")


MANY = 300


@pytest.fixture
def many_steps(insights):
    """A pipeline run of very many steps, of which the one before the last failed; it went well before."""
    begin = datetime.now(UTC) - timedelta(hours=2)
    insights.run("good", started=begin - timedelta(hours=1), seconds=60, step_name="root")
    insights.run("root", started=begin, seconds=1800, status="Failed")
    for number in range(MANY):
        insights.run(f"step-{number}", parent="root", started=begin + timedelta(seconds=5 * number), seconds=60,
                     queue_seconds=3, status="Failed" if number == MANY - 2 else "Completed")


def test_of_very_many_steps_those_that_are_seen_are_drawn_and_each_is_reached(open_own, many_steps):
    page = open_own("run=root")
    rows = page.locator(STEPS)
    expect(page.locator("#run-steps [role=status]")).to_have_text(f"{MANY} steps")
    assert 10 < rows.count() < 60
    page.keyboard.press("r")
    page.keyboard.press("End")
    last = page.locator(f"[data-step='step-{MANY - 1}']")
    expect(last).to_have_class(re.compile("active"))
    expect(last).to_be_in_viewport()
    assert rows.count() < 60
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"step=step-{MANY - 2}"))
    expect(page.locator("#run-details > p")).to_contain_text(f"step-{MANY - 2}")
    page.keyboard.press("/")
    page.keyboard.type("step-25")
    expect(page.locator("#run-steps [role=status]")).to_have_text(f"11 of {MANY} steps")
    expect(rows).to_have_count(11)
    page.reload()
    expect(rows).to_have_count(11)


def test_of_very_many_steps_those_that_differ_most_are_compared_first(open_own, many_steps):
    page = open_own("run=root")
    lines = page.locator("#run-compared tbody tr")
    expect(lines).to_have_count(50)
    expect(lines.first).to_contain_text("root")
    page.get_by_role("button", name="Show all").click()
    expect(lines).to_have_count(MANY + 1)
