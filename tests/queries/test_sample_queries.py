"""Queries that users of the samples have saved must keep working on the records of this function."""
from pathlib import Path

SAMPLE = Path(__file__).parent / "data" / "pipeline_monitor_sample.kql"


def test_the_pipeline_monitor_samples_own_query_finds_the_steps(insights):
    insights.record()
    insights.record(step_id="step-2", run_number="11", step_name="Train")
    insights.record(step_id="pipeline-1", run_number="9", step_name="whole pipeline")
    rows = insights.ask(SAMPLE)
    assert [(row["run_number"], row["steps"], row["duration"]) for row in rows] == [
        ("10", "Prepare Data", 215), ("11", "Train", 215),
    ]
