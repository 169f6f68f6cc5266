from dataclasses import replace

import pytest

from PipelineRunMonitor.records import dimensions


def is_orchestrating(event, snapshot, **changes):
    bare = replace(event, run_type=None, properties={}, tags={})
    found = dimensions.of(bare, replace(snapshot, **{"run_type": None, "details": {}, **changes}))
    assert found.get("is_orchestrating") in (None, "true")
    return "is_orchestrating" in found


@pytest.mark.parametrize("changes", [
    {"run_type": "azureml.PipelineRun"}, {"run_type": "hyperdrive"}, {"run_type": "automl"}, {"run_type": "HyperDrive"},
    {"details": {"properties": {"azureml.runsource": "azureml.PipelineRun"}}},
    {"details": {"properties": {"stepType": "HyperDriveStep"}}},
    {"details": {"properties": {"StepType": "AutoMLStep"}}},
    {"details": {"properties": {"runTemplate": "AutoML"}}}, {"answer": {"properties": {"runTemplate": "HyperDrive"}}},
    {"details": {"runTypeV2": {"orchestrator": "AutoML"}}}, {"answer": {"runTypeV2": {"orchestrator": "HyperDrive"}}}])
def test_run_that_only_starts_others(step_event, step_snapshot, changes):
    assert is_orchestrating(step_event, step_snapshot, **changes)


@pytest.mark.parametrize("changes", [
    {"run_type": "azureml.scriptrun"}, {"run_type": "azureml.StepRun"}, {},
    {"details": {"properties": {"StepType": "PythonScriptStep", "runTemplate": "automl_child"}}},
    {"details": {"runTypeV2": {"orchestrator": "Execution", "traits": ["automl"]}, "properties": {"StepType": 5}}}])
def test_run_that_holds_a_machine(step_event, step_snapshot, changes):
    assert not is_orchestrating(step_event, step_snapshot, **changes)
