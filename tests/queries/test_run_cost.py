"""What each run cost, and what of it was in vain or has no price."""
from datetime import UTC, datetime, timedelta

import pytest

from tests.queries.conftest import QUERIES
from tests.queries.prices import PRICES, REGION

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)
HOUR = 3_600
PRICE = PRICES[REGION, "standard_ds3_v2", "dedicated"]


@pytest.fixture
def ask(insights):
    """The rows by run id, of the tree p -> (train -> trial, publish) and of the script run alone."""
    def step(name, parent, vm_size="STANDARD_DS3_V2", **more):
        insights.run(name, parent=parent, started=NOON, root_run_id="p", target="cpu", vm_size=vm_size, region=REGION,
                     **more)
    insights.run("p", started=NOON, seconds=4 * HOUR, run_number="9", run_type="azureml.PipelineRun", root_run_id="p",
                 target="cpu", vm_size="STANDARD_DS3_V2", region=REGION)
    step("train", "p", seconds=HOUR, vm_priority="Dedicated", node_count="2", command="train")
    step("trial", "train", seconds=HOUR, status="Failed", vm_priority="dedicated")
    step("publish", "p", seconds=2 * HOUR)
    step("cheap", "p", seconds=HOUR, vm_priority="LowPriority")
    step("score", "p", seconds=HOUR, vm_size="STANDARD_NEW_V9", node_count="3", vm_priority="Dedicated")
    insights.run("alone", started=NOON, seconds=HOUR, target="cpu", vm_size="STANDARD_NEW_V9", status="Failed",
                 run_type="azureml.scriptrun", region=REGION)
    return lambda **lets: {row["run_id"]: row for row in insights.ask("run_cost", **lets)}


def test_a_pipeline_run_costs_what_is_below_it(ask):
    rows = ask()
    assert set(rows) == {"p", "alone"}
    row = rows["p"]
    assert (row["run_level"], row["run_number"], row["run_status"], row["runs"], row["node_hours"]) == (
        "pipeline", 9, "Completed", 5, 9)
    assert row["currency"] == "USD"
    assert (row["cost"], row["lost_cost"], row["dedicated_cost"], row["low_priority_cost"], row["unknown_priority_cost"]
            ) == pytest.approx((5 * PRICE, PRICE, 3 * PRICE, 0, 2 * PRICE))
    assert row["unpriced_node_hours"] == 4


def test_what_has_no_price_at_all_has_no_cost(ask):
    row = ask()["alone"]
    assert (row["cost"], row["lost_cost"], row["unpriced_node_hours"]) == (None, None, 1)


def test_a_step_costs_what_it_used_itself(ask):
    rows = ask(level="step")
    assert {name: row["cost"] for name, row in rows.items()} == {
        "train": pytest.approx(2 * PRICE), "trial": pytest.approx(PRICE), "publish": pytest.approx(2 * PRICE),
        "cheap": None, "score": None}
    assert {row["root_run_id"] for row in rows.values()} == {"p"}
    assert set(ask(level="")) == set(rows) | {"p", "alone"}
    assert set(ask(level="", run="p")) == set(rows) | {"p"}


def test_a_run_in_progress_has_what_it_cost_so_far(insights):
    insights.run("step", parent="p", started=NOON, seconds=HOUR, target="cpu", vm_size="standard_ds3_v2", region=REGION)
    [row] = insights.ask("run_cost", since=NOON, until=NOON + timedelta(hours=2))
    assert (row["run_id"], row["run_status"], row["end_time"], row["cost"]) == ("p", "Running", None, PRICE)


@pytest.mark.parametrize("submitters, asked, found", [
    ({}, "Ada", ["p"]), ({"submitted_by": None}, "Ada", []), ({}, "Grace", [])])
def test_a_run_in_progress_was_submitted_by_who_submitted_its_steps(insights, submitters, asked, found):
    insights.run("step", parent="p", started=NOON, seconds=HOUR, target="cpu", **submitters)
    assert [row["run_id"] for row in insights.ask("run_cost", submitter=asked)] == found


def test_an_ended_run_was_submitted_by_who_its_own_record_says(insights):
    insights.run("step", parent="p", started=NOON, seconds=HOUR, target="cpu", submitted_by="Robot")
    insights.run("p", started=NOON, seconds=HOUR)
    assert [row["submitted_by"] for row in insights.ask("run_cost")] == ["Ada"]
    assert insights.ask("run_cost", submitter="Robot") == []


def test_runs_can_be_chosen_by_how_they_ended(insights):
    for number, status in enumerate(("Failed", "Completed", "NotResponding", "Failed")):
        insights.run(f"run-{number}", started=NOON + timedelta(hours=number), seconds=60, target="cpu", status=status,
                     run_type="azureml.scriptrun")

    def ask(**lets):
        return [row["run_id"] for row in insights.ask("run_cost", **lets)]
    assert ask(status="Failed,NotResponding") == ask(status=" Failed, NotResponding ") == ["run-3", "run-2", "run-0"]
    assert ask(status="Running") == []


def test_runs_of_the_week_cost_as_much_as_its_experiments(week):
    def total(query):
        return sum(row["cost"] or 0 for row in week.ask(query))
    assert total("cost_by_experiment") > 1
    assert total("run_cost") == pytest.approx(total("cost_by_experiment"), abs=0.01)


@pytest.mark.parametrize("query", ["cost_by_experiment", "run_cost"])
@pytest.mark.parametrize("lets", [{}, {"unknown_region": "germanyWestCentral", "unknown_priority": "DEDICATED"}])
def test_a_price_holds_however_region_size_and_priority_are_written(insights, tmp_path, query, lets):
    text = (QUERIES / f"{query}.kql").read_text("utf-8")
    typed = f"'{REGION}', 'Standard_DS3_v2', 'dedicated'", "'GermanyWestCentral', 'STANDARD_DS3_V2', 'Dedicated'"
    assert text.count(typed[0]) == 1
    (tmp_path / "own.kql").write_text(text.replace(*typed), encoding="utf-8")
    said = {"region": "germanyWestCentral", "vm_priority": "dedicated"} if not lets else {}
    insights.run("a", started=NOON, seconds=HOUR, target="cpu", vm_size="Standard_DS3_v2",
                 run_type="azureml.scriptrun", **said)
    [row] = insights.ask(tmp_path / "own.kql", **lets)
    assert row["cost"] == pytest.approx(PRICE, abs=1e-4)
