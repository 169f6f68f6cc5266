"""Runs as public reports show them: `play` brings each file of tests/data/field_cases through the whole local Azure,
and `query` finds what has to come out."""
import json
import re
from pathlib import Path

import pytest

QUERIES = Path(__file__).parents[3] / "queries"
PLAY_SECONDS = 120
RECORDS = """traces
| project dimensions = tostring(customDimensions), message, run_id = tostring(customDimensions.run_id)
| order by run_id asc"""
SPANS = """union requests, dependencies
| project run_id = tostring(customDimensions.run_id), root = tostring(customDimensions['cicd.pipeline.run.id'])"""


@pytest.fixture(scope="module")
def played(tmp_path_factory, open_command, data_folder):
    """How the play of all of them ended, and the folder that it left."""
    directory = tmp_path_factory.mktemp("field_cases")
    process = open_command(directory, "play", data_folder / "field_cases")
    output, errors = process.communicate(timeout=PLAY_SECONDS)
    assert (process.returncode, errors) == (0, ""), output
    return output, directory / ".local_azure"


@pytest.fixture
def ask(played, run_here):
    """The rows of a file of queries/ or of a query."""
    def query(name_or_text):
        source = ["-e", name_or_text] if " " in name_or_text else [QUERIES / f"{name_or_text}.kql"]
        ended = run_here("query", "--folder", played[1], "--format", "json", *source)
        assert (ended.exit_code, ended.errors) == (0, "")
        return json.loads(ended.output)
    return query


@pytest.fixture
def dimensions(ask):
    """The dimensions of every record, by run; of a run with several the last."""
    return {row["run_id"]: json.loads(row["dimensions"]) for row in ask(RECORDS)}


def test_every_event_is_recorded(played, data_folder):
    told = sum(len(json.loads(file.read_text())["steps"]) for file in (data_folder / "field_cases").glob("*.json"))
    assert f"\nevents played {told}: recorded {told}\n" in played[0]
    assert len(re.findall("^  recorded", played[0], re.MULTILINE)) == told


@pytest.mark.parametrize(("targets", "hours"), [
    (["capstone-compute"], 0.967), (["aml-compute"], 0.685), (["dask-ds2"], 10.78)],
    ids=["hyperdrive_run", "automl_step", "canceled_v2_command"])
def test_only_runs_that_hold_a_machine_cost_hours(ask, targets, hours):
    rows = [row for row in ask("compute_hours") if row["target"] in targets]
    assert sum(row["node_hours"] for row in rows) == pytest.approx(hours, abs=0.0005 if hours < 1 else 0.005)


@pytest.mark.parametrize("query", ["running_runs", "stuck_runs"])
def test_a_pipeline_run_that_ended_neither_runs_nor_is_stuck(ask, query):
    """The roots of two cases never end in what was told of them."""
    assert {row["run_id"] for row in ask(query)} <= {"mllearn-bike-automl", "lemon_parrot_j6zfpdpxb6"}


def test_failed_are_the_runs_that_nothing_mended(ask):
    failed = {row["run_id"]: row for row in ask("failed_pipeline_runs")}
    assert set(failed) == {
        "many-child-runs_1601770000_1a2b3c4d", "bright_nose_1a2b3c", "ml1_1599945715_8211f6ca"}
    parent = failed["many-child-runs_1601770000_1a2b3c4d"]
    assert (parent["run_status"], parent["failed_step_count"], parent["failed_step_name"], parent["error_message"]) == (
        "Completed", 2, "child 0", "User program failed with ValueError: no rows")


def test_the_pipeline_run_of_an_iteration_is_the_root_in_record_and_trace(ask, dimensions):
    iterations = {run_id for run_id, found in dimensions.items() if found["experiment_name"] == "bike-automl-pipeline"}
    assert len(iterations) == 18
    spans = {row["run_id"]: row["root"] for row in ask(SPANS)}
    for run_id in iterations:
        root = f"5dd4f320-0000-45a5-b874-00000000000{run_id.partition('_')[0][-1]}"
        assert (dimensions[run_id]["root_run_id"], dimensions[run_id]["pipelinerunid"], spans[run_id]) == (root,) * 3


def test_facts_of_sdk_v2_are_found(dimensions):
    found = dimensions["mllearn-bike-automl_2"]
    assert (found["vm_size"], found["compute_target_type"]) == ("Standard_D4s_v3", "amlctrain")


def test_an_experiment_that_cannot_be_asked_for_is_recorded_with_what_its_run_says(dimensions):
    found = dimensions["bright_nose_1a2b3c"]
    assert (found["experiment_name"], found["run_status"], found["error_message"]) == (
        "dev_hka/test", "Failed", "ValueError: no rows")


def test_a_run_that_ended_before_it_started_has_its_code_and_no_duration(dimensions):
    found = dimensions["8fede76d-0000-4fa5-b286-073e1dc28058"]
    assert found["error_code"] == "UserError"
    assert not {"execution_time_ms", "start_time_utc_ms"} & set(found)


def test_the_cause_is_shown_and_the_stack_trace_is_in_the_message(ask, dimensions):
    assert "No module named 'tensorflow'" in dimensions["ml1_1599945715_8211f6ca"]["error_message"]
    [message] = [row["message"] for row in ask(RECORDS) if row["run_id"] == "ml1_1599945715_8211f6ca"]
    assert "import tensorflow" in json.loads(message)["error"]["error"]["debugInfo"]["stackTrace"]
