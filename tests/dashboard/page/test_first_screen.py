"""The first screen: its numbers are the queries' answers, and everything on it filters."""
import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.dashboard.page.served import settle

ROWS = "#run-table .row:not(.head)"


def query_of(page):
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def count_of(page):
    """The number of runs that the table says it has, once it says so."""
    expect(page.locator("#run-count")).to_have_text(re.compile(r"^\d[\d,]*\+? runs?$"))
    return int(re.sub(r"\D", "", page.locator("#run-count").inner_text()))


def test_the_tiles_are_the_answer_of_the_summary(open_week, week):
    page = open_week("time=all")
    [summary] = week.ask("summary")
    expect(page.locator(".tile.runs .value")).to_have_text(str(summary["runs"]))
    expect(page.locator(".tile.failed .value")).to_have_text(str(summary["failed"]))
    expect(page.locator(".tile.running .value")).to_have_text(str(summary["running"]))
    expect(page.locator(".tile.success_rate .value")).to_have_text(f"{round(100 * summary['success_rate'], 1):g} %")
    minutes = int(summary["p50_seconds"] // 60)
    expect(page.locator(".tile.p50_seconds .value")).to_have_text(re.compile(rf"^{minutes} min"))


def test_the_cost_tile_says_what_was_lost_and_what_has_no_price(open_week, week):
    page = open_week("time=all")
    rows = week.ask("cost_by_experiment")
    tile = page.locator(".tile.cost")
    expect(tile.locator(".value")).to_have_text(f"{sum(row['cost'] or 0 for row in rows):.2f} USD")
    lost = sum(row["lost_cost"] or 0 for row in rows)
    unpriced = sum(row["node_hours"] for row in rows if row["pricing"] == "unpriced")
    expect(tile.locator(".change")).to_have_text(f"{lost:.2f} USD lost, {unpriced:.1f} h unpriced")
    tile.click()
    page.wait_for_url(re.compile("view=logs&query=cost_by_experiment"))


def test_tiles_are_compared_with_the_period_before(open_own, insights):
    now = datetime.now(UTC)
    for hours, status in ((2, "Failed"), (3, "Completed"), (26, "Completed")):
        seconds = 600 if hours < 24 else 300
        insights.run(f"run-{hours}", started=now - timedelta(hours=hours), seconds=seconds, status=status)
    page = open_own("time=24h")
    expect(page.locator(".tile.runs .change")).to_have_text("▲ 100 %")
    expect(page.locator(".tile.success_rate .change")).to_have_text("▼ 50.0 points")
    expect(page.locator(".tile.success_rate .change")).to_have_class(re.compile("worse"))
    expect(page.locator(".tile.p50_seconds .change")).to_have_text("▲ 100 %")
    expect(page.locator(".tile.failed .change")).to_have_text("▲ 1 more")


def test_the_table_says_what_a_run_cost_and_sorts_by_it(open_week, week):
    page = open_week("time=all")
    costs = sorted((run for run in week.ask("run_cost") if run["cost"] and run["run_status"] != "Running"),
                   key=lambda run: run["cost"], reverse=True)
    page.get_by_role("button", name="Cost", exact=True).click()
    expect(page.locator("#run-table [aria-sort=descending]")).to_have_text("Cost ▾")
    dearest = page.locator(ROWS).first
    expect(dearest).to_have_attribute("data-run", costs[0]["run_id"])
    expect(dearest).to_contain_text(f"{costs[0]['cost']:.2f} USD")
    page.reload()
    expect(dearest).to_have_attribute("data-run", costs[0]["run_id"])
    page.locator("#run-table .sort", has_text="Cost").click()
    expect(page.locator("#run-table [aria-sort=ascending]")).to_be_visible()
    expect(dearest).not_to_have_attribute("data-run", costs[0]["run_id"])


def test_runs_of_one_id_in_two_workspaces_have_each_its_own_cost(open_own, insights):
    now = datetime.now(UTC)
    for workspace, hours in (("east", 1), ("west", 10)):
        insights.run("same", started=now - timedelta(hours=hours + 1), seconds=3600 * hours, target="cpu",
                     run_type="azureml.scriptrun", vm_size="Standard_DS3_v2", workspace_name=workspace,
                     experiment_name=workspace)
    page = open_own("time=all")
    costs = {run["workspace_name"]: f"{run['cost']:.2f} USD" for run in insights.ask("run_cost")}
    assert len(set(costs.values())) == 2
    for workspace, cost in costs.items():
        expect(page.locator(ROWS, has_text=workspace)).to_contain_text(cost)


def test_a_metric_is_chosen_for_a_column_and_a_tile(open_week, week):
    page = open_week("time=all")
    expect(page.locator(".tile.metrics .value")).to_have_text(f"{len(week.ask('metric_drop'))} worse")
    page.locator("#metric").select_option("recall_top_decile")
    runs = week.ask("latest_runs", level="pipeline", metric="recall_top_decile")
    latest = next(run for run in runs if run["metric_value"] is not None)
    expect(page.locator(".tile.metrics .value")).to_have_text(f"{latest['metric_value']:.4g}")
    page.locator("#run-table .sort", has_text="recall_top_decile").click()
    best = max(run["metric_value"] for run in runs if run["metric_value"] is not None)
    expect(page.locator(ROWS).first).to_contain_text(f"{best:.4g}")


def test_a_metric_has_its_own_name_values_and_order(open_own, insights):
    """Also where it is named like a column or with a minus, and while the values of another one do not come."""
    for hours, name, seconds, value in ((1, "long", 600, 1), (2, "quick", 60, 5)):
        insights.run(name, started=datetime.now(UTC) - timedelta(hours=hours), seconds=seconds,
                     metrics=json.dumps({"Duration": value, "-loss": value * 10}))
    page = open_own("time=all&metric=Duration")
    rows, tile = page.locator(ROWS), page.locator(".tile.metrics")
    heading, sorted_by = page.locator("#run-table .sort").last, page.locator("#run-table [aria-sort]")
    expect(rows).to_contain_text(["long", "quick"])
    heading.click()
    expect(rows).to_contain_text(["quick", "long"])
    expect(sorted_by).to_have_text(["Duration ▾"])
    page.route("**/api/queries/latest_runs", lambda route: route.fulfill(json={"error": {"message": "no memory"}}))
    page.locator("#metric").select_option("-loss")
    expect(page.locator("#run-panel .problem")).to_contain_text("no memory")
    page.locator("#find").fill("flight")
    settle(page)
    expect(heading).to_have_text("Duration ▾")
    expect(tile).to_contain_text(re.compile("^Duration1flight"))
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(heading).to_have_text("-loss")
    expect(tile).to_contain_text(re.compile("^-loss10flight"))
    expect(rows).to_contain_text(["long", "quick"])
    heading.click()
    expect(rows).to_contain_text(["quick", "long"])
    expect(sorted_by).to_have_text(["-loss ▾"])
    heading.click()
    expect(rows).to_contain_text(["long", "quick"])
    expect(sorted_by).to_have_text(["-loss ▴"])


def test_the_table_says_what_started_a_run_and_all_parts_follow_what_was_started_so(open_week, week):
    page = open_week("time=all")
    starter = page.locator("#filter-starter")
    expect(starter.locator("option")).to_contain_text(["all", "Designer", "MFE", "SDK", "Data Factory"])
    started = week.ask("latest_runs", level="pipeline", starter="data_factory")
    starter.select_option("data_factory")
    for _ in range(2):
        expect(page.locator("#run-count")).to_have_text(f"{len(started)} runs")
        expect(page.locator(ROWS).first).to_contain_text(f"Data Factory{started[0]['submitted_by']}")
        expect(page.locator(".tile.runs .value")).to_have_text(str(len(started)))
        expect(page.locator(".tile.cost .value")).to_have_text(
            f"{sum(row['cost'] or 0 for row in week.ask('cost_by_experiment', starter='data_factory')):.2f} USD")
        expect(page.locator("#errors .group")).to_have_count(len(week.ask("failures_by_error", starter="data_factory")))
        expect(page.locator("#scoring-title")).to_contain_text("any starter")
        expect(page.locator("#status-title")).not_to_contain_text("any")
        expect(page.locator("#running-title")).to_contain_text("or not known what started it")
        page.reload()
    expect(starter).to_have_value("data_factory")
    page.get_by_role("button", name="Clear filters").first.click()
    expect(starter).to_have_value("")


HOSTS = ["#tiles", "#attention", "#running", "#expectations", "#monitor", "#scoring", "#errors", "#run-table .head",
         "#run-table .rows"]
KEYS = """hosts => hosts.map(host => [...document.querySelectorAll(`${host} [data-key]`)].map(
  ({ dataset }) => dataset.key))"""


def test_what_keeps_the_focus_can_be_told_from_its_neighbours(open_own, insights):
    now = datetime.now(UTC)
    for workspace in ("ws-1", "ws-2"):
        own = {"workspace_name": workspace, "experiment_name": "same", "step_name": "same", "run_number": "1",
               "monitor_threshold_breached": "skewed", "run_url": "https://ml.azure.com/runs/same"}
        insights.run(f"good-{workspace}", started=now - timedelta(hours=3), seconds=60, **own)
        insights.run(f"bad-{workspace}", started=now - timedelta(hours=2), seconds=60, status="Failed", **own)
        insights.run(f"step-{workspace}", parent=f"running-{workspace}", started=now - timedelta(hours=1), seconds=60,
                     **own)
    page = open_own("time=all&level=all")
    expect(page.locator("#attention .item", has_text="Newly failing")).to_have_count(2)
    keys = page.evaluate(KEYS, HOSTS)
    assert sum(map(len, keys)) > 20
    assert [key for among in keys for key in set(among) if among.count(key) > 1] == []


def test_the_table_has_every_pipeline_run_with_its_state(open_week, week):
    page = open_week("time=all")
    runs = week.ask("latest_runs", level="pipeline")
    assert count_of(page) == len(runs)
    first = page.locator(f"[data-run='{runs[0]['run_id']}']")
    expect(first).to_contain_text(f"{runs[0]['experiment_name']} #{runs[0]['run_number']}")
    expect(first).to_contain_text(runs[0]["run_status"])
    expect(first.get_by_role("link", name="open")).to_have_attribute("href", runs[0]["run_url"])


def test_what_needs_attention_is_listed(open_week, week):
    page = open_week("time=all")
    for kind, query in (("Stuck", "stuck_runs"), ("Late", "late_runs"), ("Newly failing", "newly_failing"),
                        ("Schedule", "scheduled_runs"),
                        ("Slower", "slower_steps"), ("Metric", "metric_drop")):
        rows = week.ask(query)
        items = page.locator(".item", has=page.locator(".kind", has_text=re.compile(f"^{kind}$")))
        expect(items).to_have_count(len(rows))
        expect(items.first).to_contain_text(rows[0]["experiment_name"])


def test_a_promise_that_was_missed_is_told_with_who_is_to_know(open_own, insights):
    insights.run("other", started=datetime.now(UTC) - timedelta(hours=1), seconds=60)
    page = open_own("time=all")
    missed = page.locator("#expectations .item", has_text="did not begin").filter(has_text="price-sync").first
    expect(missed).to_contain_text("Missed")
    expect(missed).to_contain_text("supply-chain@example.com")


def test_a_scoring_service_leads_to_the_run_that_made_its_model(open_week, week):
    page = open_week("time=all")
    green = next(row for row in week.ask("scoring_health") if row["deployment_name"] == "green")
    item = page.locator("#scoring .item", has_text="churn-scoring · green")
    expect(item).to_contain_text("fails and is slow")
    item.click()
    page.wait_for_url(re.compile(f"run={green['training_run_id']}"))


def test_without_a_scoring_service_there_is_no_panel_about_them(open_own, insights):
    insights.run("run", started=datetime.now(UTC) - timedelta(hours=1), seconds=60)
    page = open_own("time=all")
    expect(page.locator("#run-count")).to_have_text("1 run")
    expect(page.locator("#expectations .item, #expectations .calm").first).to_be_visible()
    expect(page.locator("#scoring-panel")).to_be_hidden()
    expect(page.locator("#monitor .item")).to_contain_text(re.compile(r"last record .* in the last 6 h, median lag"))
    expect(page.locator("#monitor .item")).to_contain_text("no call of the function is known")


def test_a_click_on_a_tile_filters_everything_and_back_undoes_it(open_week, week):
    page = open_week("time=all")
    everything = count_of(page)
    page.locator(".tile.success_rate").click()
    completed = [run for run in week.ask("latest_runs", level="pipeline") if run["run_status"] == "Completed"]
    expect(page.locator("#run-count")).to_have_text(f"{len(completed)} runs")
    assert query_of(page) == {"time": "all", "status": "Completed"}
    expect(page.locator("#filter-status")).to_have_value("Completed")
    page.go_back()
    expect(page.locator("#run-count")).to_have_text(f"{everything} runs")
    expect(page.locator("#filter-status")).to_have_value("")


def test_the_failed_tile_shows_the_runs_that_it_counts(open_week, week):
    page = open_week("time=all")
    page.locator(".tile.failed").click()
    [summary] = week.ask("summary")
    expect(page.locator("#run-count")).to_have_text(f"{summary['failed']} runs")


def test_a_click_on_a_bar_filters_by_its_status_and_time(open_week, week):
    page = open_week("time=7d")
    failed = page.locator("#status-over-time .mark-rect path[aria-label*='Failed']")
    failed.first.click(force=True)  # or the number on it
    page.wait_for_url(re.compile("status=Failed"))
    found = query_of(page)
    assert found["status"] == "Failed" and found["since"] < found["until"]
    expected = week.ask("latest_runs", level="pipeline", status="Failed")
    inside = [run for run in expected if found["since"] <= run["end_time"].isoformat() < found["until"]]
    expect(page.locator("#run-count")).to_have_text(re.compile(rf"^{len(inside)} runs?$"))


def test_a_failing_step_and_an_error_lead_to_their_runs(open_week, week):
    page = open_week("time=all")
    worst = week.ask("top_failing_steps")[0]
    page.locator("#top-failing-steps .mark-rect path[fill='#d1242f']").first.click()
    expect(page.locator("#run-count")).to_have_text(f"{worst['failed']} runs")
    assert query_of(page)["find"] == worst["step_name"]
    page.go_back()
    settle(page)
    group = week.ask("failures_by_error")[0]
    page.locator(".group").first.click()
    assert query_of(page)["find"] == group["error"]
    expect(page.locator(ROWS).first).to_be_visible()


def test_a_reload_keeps_the_filters(open_week, week):
    page = open_week("time=all")
    page.locator("#filter-experiment").select_option("churn-training")
    runs = week.ask("latest_runs", level="pipeline", experiment="churn-training")
    expect(page.locator("#run-count")).to_have_text(f"{len(runs)} runs")
    page.reload()
    expect(page.locator("#run-count")).to_have_text(f"{len(runs)} runs")
    expect(page.locator("#filter-experiment")).to_have_value("churn-training")
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator("#filter-experiment")).to_have_value("")


def test_the_key_is_not_left_in_the_address(open_week):
    assert "key" not in query_of(open_week("time=all"))


def test_a_filter_that_leaves_nothing_says_so(open_week):
    page = open_week("time=all&experiment=nowhere")
    expect(page.locator("#no-matches")).to_contain_text("No run matches")
    expect(page.locator(".tile.runs .value")).to_have_text("0")
    page.locator("#no-matches").get_by_role("button", name="Clear filters").click()
    expect(page.locator("#no-matches")).to_be_hidden()


def test_a_time_in_which_nothing_ran_says_so_and_no_more(open_own, insights):
    insights.run("run", started=datetime.now(UTC) - timedelta(hours=1), seconds=60)
    page = open_own("since=2020-01-01T00:00:00Z&until=2020-01-02T00:00:00Z")
    expect(page.locator("#no-matches")).to_have_text("No run matches. Show all time")
    expect(page.locator("#status-over-time-panel")).to_have_text(re.compile("No pipeline run ended"))
    expect(page.locator("#runs")).not_to_contain_text(re.compile("null|undefined|NaN"))
    page.get_by_role("button", name="Show all time").click()
    expect(page.locator("#run-count")).to_have_text("1 run")


def test_the_bar_of_a_single_run_is_no_longer_than_a_day(open_own, insights):
    insights.run("run", started=datetime.now(UTC) - timedelta(hours=1), seconds=60)
    page = open_own("time=24h")
    page.locator("#status-over-time .mark-rect path").click(force=True)  # or the number on it
    page.wait_for_url(re.compile("until="))
    since, until = (datetime.fromisoformat(query_of(page)[name]) for name in ("since", "until"))
    assert until - since <= timedelta(days=1)
    expect(page.locator("#run-count")).to_have_text("1 run")


def test_an_empty_store_says_what_to_do(open_own):
    page = open_own()
    expect(page.get_by_role("heading", name="Nothing is recorded yet")).to_be_visible()
    expect(page.locator("#no-records")).to_contain_text("python -m local_azure send")
    expect(page.locator("#tiles")).to_be_hidden()


def test_a_panel_without_the_filter_says_so(open_week):
    page = open_week("time=all&status=Failed")
    expect(page.locator("#duration-trend-panel h2 small")).to_have_text("any status")
    expect(page.locator("#status-over-time-panel h2 small")).to_have_text("")


@pytest.mark.parametrize("scheme, background", [("light", "rgb(246, 248, 250)"), ("dark", "rgb(1, 4, 9)")])
def test_it_is_light_or_dark_as_the_system_is_until_one_switches(open_week, scheme, background):
    page = open_week("time=all", color_scheme=scheme)
    expect(page.locator("body")).to_have_css("background-color", background)
    expect(page.locator("#tiles button").first).to_be_visible()  # the page has started
    page.locator("#theme").click()
    expect(page.locator("body")).not_to_have_css("background-color", background)
    page.reload()
    expect(page.locator("body")).not_to_have_css("background-color", background)


def test_a_failing_service_is_told_where_it_failed(open_week):
    page = open_week("time=all&since=2024-01-01T00:00:00Z")
    expect(page.locator("#run-count")).to_be_visible()
    page.route("**/api/queries/summary", lambda route: route.fulfill(json={"error": {"message": "no memory"}}))
    page.locator("#filter-status").select_option("Completed")
    expect(page.locator("#tiles .problem")).to_contain_text("no memory")


@pytest.mark.parametrize("width", [720, 1024, 1201])  # of the second, half of a desk: a screen at 200 %
def test_on_a_smaller_desk_all_tiles_are_seen(open_week, width):
    page = open_week("time=all", viewport={"width": width, "height": 768})
    expect(page.locator(".tile")).to_have_count(9)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert min(tile.bounding_box()["width"] for tile in page.locator(".tile").all()) > 70


def test_in_forced_colours_bars_and_what_is_chosen_are_seen(open_week, week):
    run = next(run for run in week.ask("failed_pipeline_runs", experiment="churn-training")
               if run["failed_step_run_id"])
    page = open_week(f"run={run['run_id']}&step={run['failed_step_run_id']}", forced_colors="active")
    bars = page.locator("#run-steps .bars .ran")
    expect(bars.first).to_have_css("background-color", "rgb(45, 164, 78)")
    expect(page.locator("#run-steps .row.chosen")).to_have_css("outline-style", "solid")
    expect(page.locator("#to-runs")).to_have_css("outline-style", "solid")
    page.locator("#to-runs").click()
    expect(page.locator("#running .progress span").first).not_to_have_css("background-color", "rgb(255, 255, 255)")
    page.keyboard.press("r")
    expect(page.locator("#run-table .row.active")).to_have_css("outline-style", "solid")


def test_on_a_phone_the_table_says_what_counts_and_bars_keep_their_length(open_week):
    page = open_week("time=all", viewport={"width": 390, "height": 844})
    row = page.locator(ROWS).first
    expect(row).to_be_visible()
    cells = page.locator("#run-table .row.head > span:visible")
    expect(cells).to_have_text(["Status", "Run", "Started (UTC)", "Duration"])
    assert row.bounding_box()["width"] <= 390
    bars = page.locator("#top-failing-steps .mark-rect path")
    expect(bars.first).to_be_visible()
    assert max(bar.bounding_box()["width"] for bar in bars.all()) > 390 / 4
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_links_into_logs_take_the_filters_along(open_own, insights):
    now = datetime.now(UTC)
    for number in range(10):
        insights.run(f"failed-{number}", started=now - timedelta(hours=1), seconds=60, status="Failed",
                     error_code=f"E{number}")
    page = open_own("experiment=flight-delay")
    expect(page.locator("#monitor a.item")).to_have_attribute("href", re.compile("experiment=flight-delay.*time=7d"))
    page.get_by_role("link", name="and 2 more, in Logs").click()
    expect(page.locator("#logs-filters")).to_contain_text("last 7 days, experiment flight-delay. ")
    expect(page.locator(".outcome")).to_have_text(re.compile("^10 rows in"))
    expect(page.get_by_label("KQL")).to_have_value(re.compile("^let experiment = 'flight-delay';$", re.MULTILINE))


def test_the_legend_of_the_duration_trend_is_seen_whole_however_many_experiments_there_are(open_own, insights):
    now = datetime.now(UTC)
    names = [f"experiment-{number}" for number in range(40)]
    with insights.gathering():
        for name in names:
            insights.run(name, started=now - timedelta(days=1), seconds=60, experiment_name=name)
    page = open_own()
    entries = page.locator("#duration-trend .role-legend-label text")
    expect(entries).to_have_text(sorted(names))
    chart, last = (part.bounding_box() for part in (page.locator("#duration-trend svg"), entries.last))
    assert last["y"] + last["height"] <= chart["y"] + chart["height"]
