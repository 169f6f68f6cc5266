"""What model monitors found, once for each finding of a pipeline run."""
from datetime import UTC, datetime, timedelta

import pytest

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)
DRIFT = "credit_monitor_data_drift has failed due to one or more features violating metric thresholds"
QUALITY = "credit_monitor_data_quality has failed due to one or more features violating metric thresholds"


def breaches(insights, **lets):
    return [(row["run_id"], row["breach"]) for row in insights.ask("monitor_breaches", **lets)]


@pytest.fixture
def monitored(insights):
    """A pipeline run of a monitor, of which one step found a drift."""
    insights.run("compare", parent="m", started=NOON, seconds=60, status="Failed", step_name="Compare", root_run_id="m",
                 monitor_threshold_breached=DRIFT, parent_run_number="7")
    insights.run("quality", parent="m", started=NOON, seconds=60, root_run_id="m")
    insights.run("m", started=NOON, seconds=90, status="Failed", root_run_id="m", parent_run_number="7")
    return insights


def test_a_finding_of_a_step_is_one_of_its_pipeline_run(monitored):
    [row] = monitored.ask("monitor_breaches")
    assert (row["run_id"], row["run_number"], row["step_name"], row["run_status"]) == ("m", 7, "Compare", "Failed")
    assert row["breach"] == row["breach_summary"] == DRIFT
    assert row["run_url"] == "https://ml.azure.com/runs/m"
    assert row["end_time"] == NOON + timedelta(seconds=60)


def test_a_finding_that_the_pipeline_run_repeats_is_one(monitored):
    monitored.run("m", started=NOON, seconds=95, status="Failed", monitor_threshold_breached=DRIFT)
    [row] = monitored.ask("monitor_breaches")
    assert (row["run_id"], row["step_name"]) == ("m", "")


def test_two_findings_are_two(monitored):
    monitored.run("quality", parent="m", started=NOON, seconds=70, root_run_id="m", monitor_threshold_breached=QUALITY)
    assert breaches(monitored) == [("m", QUALITY), ("m", DRIFT)]


def test_a_finding_far_below_is_one_of_the_root(insights):
    insights.run("compare", parent="nested", started=NOON, seconds=60, step_name=None, root_run_id="m",
                 monitor_threshold_breached=DRIFT)
    [row] = insights.ask("monitor_breaches")
    assert (row["run_id"], row["step_name"], row["run_number"]) == ("m", "compare", None)
    assert row["run_url"] == "https://ml.azure.com/runs/m"


def test_what_a_later_record_does_not_say_any_more_is_no_finding(monitored):
    monitored.run("compare", parent="m", started=NOON, seconds=90, root_run_id="m")
    assert breaches(monitored) == []


def test_a_monitor_that_says_no_has_found_nothing(insights):
    insights.run("m", started=NOON, seconds=60, monitor_threshold_breached="False")
    assert breaches(insights) == []


def test_the_summary_of_a_long_finding_is_short(insights):
    insights.run("m", started=NOON, seconds=60, monitor_threshold_breached="x" * 5_000)
    [row] = insights.ask("monitor_breaches")
    assert (len(row["breach"]), len(row["breach_summary"])) == (5_000, 250)


def test_parameters_choose_findings(insights):
    insights.run("a", started=NOON, seconds=60, experiment_name="alpha", monitor_threshold_breached=DRIFT)
    insights.run("b", started=NOON + timedelta(days=1), seconds=60, submitted_by="Grace",
                 monitor_threshold_breached=DRIFT)
    assert breaches(insights) == [("b", DRIFT), ("a", DRIFT)]
    assert breaches(insights, experiment="alpha") == [("a", DRIFT)]
    assert breaches(insights, until=NOON + timedelta(days=1)) == [("a", DRIFT)]
    assert breaches(insights, submitter="Grace") == [("b", DRIFT)]
