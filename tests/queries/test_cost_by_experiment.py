"""Money of machines, by experiment, size and priority."""
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from tests.queries.prices import PRICES, REGION

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)
HOUR = 3_600
PRICED = {"target": "cpu", "vm_size": "STANDARD_DS3_V2", "region": REGION, "run_type": "azureml.scriptrun"}
PRICE = PRICES[REGION, "standard_ds3_v2", "dedicated"]


def test_cost_is_hours_times_nodes_times_price(week, facts):
    expected = defaultdict(list)
    for fact in facts:
        if fact.is_on_machine and fact.started:
            expected[fact.experiment, (fact.vm_size or "").lower(), fact.vm_priority].append(
                (fact.seconds / HOUR * fact.node_count, fact.status))
    rows = {(row["experiment_name"], row["vm_size"], row["vm_priority"]): row for row in week.ask("cost_by_experiment")}
    assert set(rows) == set(expected)
    for (experiment, size, priority), row in rows.items():
        runs = expected[experiment, size, priority]
        price = PRICES.get((REGION, size, "dedicated" if priority == "unknown" else priority))
        hours, lost = sum(hours for hours, _ in runs), sum(hours for hours, status in runs if status != "Completed")
        assert (row["runs"], row["hourly_price"], row["region"]) == (len(runs), price, REGION)
        assert (row["node_hours"], row["lost_node_hours"]) == pytest.approx((hours, lost), abs=1e-4)
        assert (row["pricing"], row["cost"], row["lost_cost"]) == (
            ("priced", pytest.approx(hours * price, abs=1e-4), pytest.approx(lost * price, abs=1e-4))
            if price else ("unpriced", None, None))
    assert {row["pricing"] for row in rows.values()} == {"priced", "unpriced"}
    assert {row["vm_priority"] for row in rows.values()} == {"dedicated", "low priority", "unknown"}


def test_what_only_starts_others_and_what_is_reused_costs_nothing(insights):
    insights.run("p", started=NOON, seconds=2 * HOUR, **PRICED | {"run_type": "azureml.PipelineRun"})
    insights.run("reused", parent="p", started=NOON, seconds=HOUR, is_reused="true", **PRICED)
    insights.run("sweep", parent="p", started=NOON, seconds=HOUR, is_orchestrating="true", **PRICED)
    assert insights.ask("cost_by_experiment") == []


@pytest.mark.parametrize("said, priority, pricing", [
    ("Dedicated", "dedicated", "priced"), ("dedicated", "dedicated", "priced"), (None, "unknown", "priced"),
    ("LowPriority", "low priority", "unpriced"), ("lowpriority", "low priority", "unpriced"),
    ("Spot", "spot", "unpriced")])
def test_each_priority_has_its_own_price(insights, said, priority, pricing):
    insights.run("a", started=NOON, seconds=HOUR, vm_priority=said, **PRICED)
    [row] = insights.ask("cost_by_experiment")
    assert (row["vm_priority"], row["pricing"], row["cost"]) == (
        priority, pricing, PRICE if pricing == "priced" else None)


def test_what_says_no_priority_and_no_region_is_priced_as_the_parameters_say(insights):
    insights.run("a", started=NOON, seconds=HOUR, **PRICED | {"region": None})
    [row] = insights.ask("cost_by_experiment")
    assert (row["region"], row["cost"]) == (REGION, PRICE)
    for lets in ({"unknown_priority": "low priority"}, {"unknown_region": "elsewhere"}):
        [row] = insights.ask("cost_by_experiment", **lets)
        assert (row["pricing"], row["node_hours"], row["cost"]) == ("unpriced", 1, None)


@pytest.mark.parametrize("changed", [
    {"vm_size": "STANDARD_NEW_V9"}, {"vm_size": None}, {"region": "elsewhere"}], ids=["size", "no size", "region"])
def test_what_the_table_lacks_is_unpriced_and_not_left_out(insights, changed):
    insights.run("a", started=NOON, seconds=HOUR, node_count="2", status="Failed", **PRICED | changed)
    [row] = insights.ask("cost_by_experiment")
    assert (row["pricing"], row["hourly_price"], row["cost"], row["lost_cost"]) == ("unpriced", None, None, None)
    assert (row["runs"], row["node_hours"], row["lost_node_hours"]) == (1, 2, 2)
