"""Runs as public reports show them, through webhook, function and SDK to records; and answers that make no sense."""
import json
import os
import subprocess
import sys
import uuid
from copy import deepcopy
from pathlib import Path

import pytest

from local_azure.cloud import LocalAzure
from local_azure.machine_learning.run_history.raw_runs import raw_run
from local_azure.options import Options
from local_azure.scenarios.models import Experiment
from PipelineRunMonitor.settings import RUN_READERS

SOURCE = Path(__file__).parents[2] / "src"
CREATED = "2026-01-01T00:00:00Z"
ROOT = "many-child-runs_1601770000_1a2b3c4d"
# One value each of what a service may say tomorrow, or today where nobody expects it.
CHANGES = [
    {"inputDatasets": [{"identifier": {"savedId": "d"}, "consumptionType": "Streamed",
                        "inputDetails": {"inputName": "i", "mechanism": "Hdfs"}}]},
    {"outputDatasets": [{"outputDetails": {"mechanism": "Hdfs"}, "outputType": 5}]},
    {"inputDatasets": [None]}, {"inputDatasets": "none"}, {"parentRunId": ""}, {"parentRunId": {"id": 5}},
    {"rootRunId": None}, {"status": "Evaporated"}, {"status": 7}, {"createdBy": "A. User"}, {"createdUtc": "soon"},
    {"runNumber": "three"}, {"tags": ["a"]}, {"properties": {"StepType": {"name": "x"}, "n": float("nan")}},
    {"error": "\ud800"}, {"runDefinition": "x" * 100_000}, {"dataContainerId": "\ud800/.."}, {"experimentId": ["x"]}]


@pytest.fixture(scope="module", params=RUN_READERS)
def opened(request, tmp_path_factory, sample_workspace):
    """A local Azure of its own, whose run history the stories change, and whose function reads in this way."""
    options = Options(settings={"RUN_READER": request.param})
    with LocalAzure(tmp_path_factory.mktemp("field_cases"), sample_workspace, options) as local_azure:
        yield local_azure


@pytest.fixture
def azure(opened):
    opened.store.clear()
    return opened


@pytest.fixture(params=["hyperdrive_run", "automl_step", "nested_step_mended", "not_responding_step_mended",
                        "script_parent_completed_children_failed", "automl_v2_iteration", "canceled_v2_command",
                        "experiment_with_slash", "failed_before_start", "stack_trace_in_error"])
def story(request, data_folder):
    return load(data_folder, request.param)


def load(data_folder, name):
    return json.loads((data_folder / "field_cases" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture
def play(azure, call_function, sample_workspace):
    """Delivers the events of a story, each when the runs are as they were then."""
    def play_one(story):
        history = azure.history.workspace(sample_workspace.arm_id)
        experiment = story["experiment"]
        history.put_experiment(Experiment(experiment["id"], experiment["name"], CREATED))
        for step in story["steps"]:
            for run_id, run in step["runs"].items():
                history.put(raw_run(run_id, run))
            answer = call_function({**step["event"], "id": str(uuid.uuid4())})
            assert answer.status_code == 202, answer.text
    return play_one


def test_every_run_of_a_story_is_recorded(play, records, story):
    play(story)
    found = {record["run_id"]: record for record in records()}
    assert set(found) == {step["event"]["data"]["runId"] for step in story["steps"]}
    assert records("invalid_event") == []
    assert {record["experiment_name"] for record in found.values()} == {story["experiment"]["name"]}
    assert not any("details" in record.get("not_read", "") for record in found.values())
    if ROOT in found:
        assert (found[ROOT]["failed_step_count"], found[ROOT]["failed_step_name"]) == ("2", "child 0")
    else:
        assert not any("failed_step_count" in record for record in found.values())


def test_spans_of_a_story_are_one_tree_below_its_root(azure, play, data_folder):
    play(load(data_folder, "automl_step"))
    rows = azure.store.query("union requests, dependencies | project operation_Id, id, operation_ParentId, "
                             "tostring(customDimensions['cicd.pipeline.run.id'])").rows
    by_operation = {}
    for operation, span, parent, root in rows:
        by_operation.setdefault((operation, root), []).append((span, parent))
    assert len(by_operation) == 3
    for spans in by_operation.values():
        ids = {span for span, _ in spans}
        assert len(spans) == 6 and sum(not parent for _, parent in spans) == 1
        assert all(parent in ids for _, parent in spans if parent)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(change)[:50].encode("ascii", "replace").decode())
def test_answer_that_nobody_foresaw_costs_only_itself(play, records, data_folder, change):
    story = deepcopy(load(data_folder, "stack_trace_in_error"))
    [run] = story["steps"][0]["runs"].values()
    run |= change
    play(story)
    [record] = records()
    assert (record["run_id"], record["run_status"]) == ("ml1_1599945715_8211f6ca", "Failed")
    assert isinstance(json.loads(record[""]["message"]), dict)


def test_backfill_goes_on_past_an_experiment_that_cannot_be_listed(azure, play, records, data_folder, tmp_path,
                                                                   sample_workspace):
    """One whose name has a slash can be, by its id; one that the service knows under no id is named."""
    play(load(data_folder, "experiment_with_slash"))
    history = azure.history.workspace(sample_workspace.arm_id)
    history.put_experiment(Experiment("", "lost/found", CREATED))
    azure.store.clear()
    environment = {**azure.function_environment(), "PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE)}
    ended = subprocess.run(
        [sys.executable, "-m", "PipelineRunMonitor.backfill", "--since", "2020-01-01"], cwd=tmp_path,
        env=environment, capture_output=True, text=True, timeout=100)
    assert ended.returncode == 1
    assert "not listed: runs of experiment lost/found of workspace sample-ws not found" in ended.stderr
    found = {record["run_id"] for record in records()}
    assert "bright_nose_1a2b3c" in found
    assert {run.id for run in sample_workspace.runs if run.end_time} <= found
