"""Details of a run: its latest record, whole."""
import json
from datetime import UTC, datetime

import pytest

from tests.queries.sample_week import is_absorbed


def test_a_runs_latest_record_is_told_with_all_that_it_has(insights):
    insights.record(run_id="run-1", run_status="Running", message='{"status": "Running"}')
    insights.record(1, run_id="run-1", run_status="Completed", message='{"status": "Completed"}', vm_size="STANDARD_D2")
    insights.record(2, run_id="run-2")
    [row] = insights.ask("run_details", run="run-1")
    assert (row["run_id"], row["run_status"], row["vm_size"]) == ("run-1", "Completed", "STANDARD_D2")
    assert row["details"] == '{"status": "Completed"}'
    assert json.loads(row["dimensions"])["compute_target_type"] == "AmlCompute"
    assert row["duration_seconds"] == 215.239


def test_without_a_run_it_is_the_one_that_was_recorded_last(insights):
    insights.record(run_id="run-1")
    insights.record(1, run_id="run-2")
    assert [row["run_id"] for row in insights.ask("run_details")] == ["run-2"]


def test_a_run_of_another_workspace_is_another_run(insights):
    insights.record(run_id="run-1", workspace_name="one")
    insights.record(1, run_id="run-1", workspace_name="two")
    [row] = insights.ask("run_details", run="run-1", workspace="one")
    assert row["workspace_name"] == "one"


def test_a_failed_pipeline_run_names_its_failed_step(week, facts, step_facts):
    failed = next(fact for fact in step_facts if fact.status == "Failed" and not is_absorbed(fact, facts))
    [row] = week.ask("run_details", run=failed.root_id)
    assert (row["failed_step_name"], row["failed_step_run_id"]) == (failed.name, failed.id)
    assert row["failed_step_error_message"].endswith(failed.error_message[-20:])


def test_a_run_that_is_not_recorded_has_no_row(week):
    assert week.ask("run_details", run="nobody") == []


def test_what_started_a_run_is_what_its_tags_say(insights):
    insights.record(tags='{"submitted_by": "timer", "schedule": "nightly", "scheduled_time": "2022-10-05T06:00:00Z"}',
                    message='{"properties": {"runSource": "SDK", "runType": "HTTP"}}', run_source="SDK")
    [row] = insights.ask("run_details")
    assert (row["started_by"], row["schedule"]) == ("timer", "nightly")
    assert row["scheduled_time"] == datetime(2022, 10, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(("source", "run_type", "starter"), [
    ("SDK", "Schedule", "schedule"), ("SDK", "SDK", "SDK"), (None, "HTTP", "HTTP"), (None, None, "")])
def test_or_else_what_azure_machine_learning_says(insights, source, run_type, starter):
    insights.record(message=json.dumps({"properties": {"runType": run_type} if run_type else None}), run_source=source)
    [row] = insights.ask("run_details")
    assert (row["started_by"], row["schedule"], row["scheduled_time"]) == (starter, "", None)


def test_a_record_says_how_a_run_was_submitted_where_its_details_do_not(insights):
    insights.record(run_source="SDK", run_trigger="Schedule")
    assert insights.ask("run_details")[0]["started_by"] == "schedule"


def test_of_the_parameters_the_names_are_told(insights):
    parameters = json.dumps({"rows": "[redacted]", "colour": "[redacted]"})
    insights.record(message=json.dumps({"properties": {"azureml.parameters": parameters}}))
    insights.record(-1, run_id="none")
    assert insights.ask("run_details", run="step-1")[0]["parameter_names"] == "colour, rows"
    assert insights.ask("run_details", run="none")[0]["parameter_names"] == ""
