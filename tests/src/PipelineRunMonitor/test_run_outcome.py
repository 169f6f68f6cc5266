"""What a record says of a run, as a program asks for it."""
from PipelineRunMonitor.run_outcome import describe

FAILED = {"run_id": "run-1", "experiment_name": "batch_scoring", "status": "Failed", "run_url": "https://studio/run-1",
          "created_time_utc_ms": "1709532000000", "start_time_utc_ms": "1709532001500",
          "end_time_utc_ms": "1709532060000", "failed_step_name": "score", "failed_step_run_id": "step-1",
          "failed_step_error_code": "UserError", "failed_step_error_message": "no data",
          "failed_step_run_url": "https://studio/step-1", "error_message": "a step failed"}


def test_a_run_that_failed_is_told_with_its_error_and_its_cause():
    assert describe(FAILED) == {
        "run_id": "run-1", "experiment_name": "batch_scoring", "status": "Failed", "portal_url": "https://studio/run-1",
        "created_time": "2024-03-04T06:00:00Z", "start_time": "2024-03-04T06:00:01.500000Z",
        "end_time": "2024-03-04T06:01:00Z", "error": {"message": "a step failed"},
        "cause": {"step_name": "score", "run_id": "step-1", "code": "UserError", "message": "no data",
                  "portal_url": "https://studio/step-1"}}


def test_what_is_not_known_is_left_out():
    assert describe({"run_id": "run-1", "status": "Running"}) == {"run_id": "run-1", "status": "Running"}
