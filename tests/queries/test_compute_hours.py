"""Hours of machines, by compute target and size."""
from collections import defaultdict
from datetime import UTC, datetime

import pytest

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def test_hours_are_those_of_the_runs_times_their_nodes(week, facts):
    runs = defaultdict(list)
    for fact in facts:
        if fact.is_on_machine and fact.started:
            runs[fact.target, fact.vm_size or ""].append((fact.seconds / 3600, fact.node_count, fact.status))
    rows = {(row["target"], row["vm_size"]): row for row in week.ask("compute_hours")}
    assert set(rows) == set(runs)
    for key, row in rows.items():
        assert row["runs"] == len(runs[key])
        assert row["run_hours"] == pytest.approx(sum(hours for hours, _, _ in runs[key]), abs=1e-4)
        assert row["node_hours"] == pytest.approx(sum(hours * nodes for hours, nodes, _ in runs[key]), abs=1e-4)
        lost = sum(hours * nodes for hours, nodes, status in runs[key] if status != "Completed")
        assert row["lost_node_hours"] == pytest.approx(lost, abs=1e-4)
    assert rows["gpu-cluster", "STANDARD_NC24S_V3"]["node_hours"] == max(row["node_hours"] for row in rows.values())


def test_a_pipeline_run_and_a_reused_step_cost_nothing(insights):
    insights.run("p", started=NOON, seconds=7_200, target="cpu", run_type="azureml.PipelineRun")
    insights.run("reused", parent="p", started=NOON, seconds=3_600, target="cpu", is_reused="true")
    assert insights.ask("compute_hours") == []


def test_a_run_that_does_not_say_its_nodes_has_one(insights):
    insights.run("alone", started=NOON, seconds=1_800, target="cpu", run_type="azureml.scriptrun")
    insights.run("four", started=NOON, seconds=1_800, target="cpu", node_count="4", status="Failed")
    [row] = insights.ask("compute_hours")
    assert (row["run_hours"], row["node_hours"], row["lost_node_hours"]) == (1.0, 2.5, 2.0)
