"""The properties that Azure Machine Learning gives to runs: where they come from, what they ran, what they reuse.

The case of names differs as it does in the service: a step of a pipeline made in the designer has a `stepType`, a
step of one made with the SDK a `StepType`. SDK v2 (`"sdk": 2` in a scenario) has names of its own.
"""
import json
from collections.abc import Mapping
from typing import Any

from local_azure.scenarios.executions import is_job
from local_azure.scenarios.identifiers import identifier
from local_azure.scenarios.models import Run

Declared = Mapping[str, Any]

_DESIGNER_NAMES = {
    "ContentSnapshotId": "contentSnapshotId", "StepType": "stepType", "ComputeTargetType": "computeTargetType"}
_JOB_PROPERTIES = {
    "azureml.DevPlatv2": "true", "azureml.DatasetAccessMode": "Asset", "azureml.enforceRerun": "False",
    "azureml.continue_on_failed_optional_input": "True", "azureml.defaultDataStoreName": "workspaceblobstore"}


def pipeline_properties(pipeline: Declared) -> dict[str, str]:
    """The properties of a pipeline run."""
    return {
        "azureml.runsource": "azureml.PipelineRun",
        "azureml.parameters": json.dumps(pipeline.get("parameters", {})),
        "azureml.continue_on_step_failure": str(pipeline.get("continue_on_step_failure", False)),
        "azureml.pipelineComponent": "pipelinerun",
        **(_JOB_PROPERTIES if is_job(pipeline) else {}),
        **pipeline["properties"],
        **_git_properties(pipeline)}


def nested_properties(pipeline: Declared, parent_run_id: str, name: str) -> dict[str, str]:
    """The properties of a pipeline run that is a node of another, as a pipeline component makes one."""
    return {
        **pipeline_properties(pipeline),
        "azureml.moduleName": name,
        "azureml.nodeid": identifier(pipeline["pipeline"], name, "node")[:8],
        "azureml.pipelinerunid": parent_run_id}


def step_properties(pipeline: Declared, pipeline_run_id: str, root_run_id: str, step: Declared, compute: Declared,
                    original: Run | None) -> dict[str, str]:
    """The properties of a step run; `original` is the step run whose output it reuses, if it does."""
    node = (pipeline["pipeline"], step["name"])
    properties = {
        "ContentSnapshotId": identifier(*node, "snapshot"),
        "StepType": step["type"],
        "ComputeTargetType": compute["type"],
        "azureml.moduleid": identifier(*node, "module"),
        "azureml.moduleName": step["name"],
        "azureml.runsource": "azureml.StepRun",
        "azureml.nodeid": identifier(*node, "node")[:8],
        "azureml.pipelinerunid": pipeline_run_id,
        "azureml.pipeline": pipeline_run_id,
        "azureml.pipelineComponent": "masterescloud",
        **_git_properties(pipeline),
        **_reuse_properties(original)}
    if is_job(pipeline):
        del properties["ComputeTargetType"]
        return {**properties, "_azureml.ComputeTargetType": "amlctrain", "_azureml.ClusterName": step["compute"],
                "azureml.DevPlatv2": "true", "azureml.rootpipelinerunid": root_run_id}
    if pipeline["properties"]["runSource"] == "Designer":
        return {_DESIGNER_NAMES.get(name, name): value for name, value in properties.items()}
    return properties


def sweep_properties(run_id: str, metric: str, best_run_id: str) -> dict[str, str]:
    """The properties of a sweep; `best_run_id` is its best trial."""
    return {
        "primary_metric_config": json.dumps({"name": metric, "goal": "maximize"}),
        "resume_from": "null",
        "runTemplate": "HyperDrive",
        "azureml.runsource": "hyperdrive",
        "platform": "AML",
        "ContentSnapshotId": identifier(run_id, "snapshot"),
        "best_child_run_id": best_run_id}


def trial_properties(sweep_run_id: str) -> dict[str, str]:
    return {"_azureml.ComputeTargetType": "amlctrain", "ContentSnapshotId": identifier(sweep_run_id, "snapshot")}


def automl_properties(run_id: str, automl: Declared) -> dict[str, str]:
    """What the properties of an AutoML step say of its iterations."""
    return {
        "runTemplate": "AutoML",
        "azureml.pipelineComponent": "masterautomlcloud",
        "num_iterations": str(len(automl["iterations"])),
        "primary_metric": automl["metric"],
        "SetupRunId": f"{run_id}_setup"}


def iteration_properties(iteration: str, algorithm: str | None) -> dict[str, str | None]:
    return {
        "runTemplate": "automl_child",
        "iteration": iteration,
        "predicted_cost": None,
        "_azureml.ComputeTargetType": "amlctrain",
        **({"run_algorithm": algorithm} if algorithm else {})}


def script_properties(script: Declared) -> dict[str, str]:
    """The properties of a script run, or of a command job of SDK v2."""
    return {
        "_azureml.ComputeTargetType": "amlctrain",
        **({"_azureml.ClusterName": script["compute"]} if is_job(script) else {}),
        "ContentSnapshotId": identifier(script["script_run"], "snapshot"),
        "ProcessInfoFile": "azureml-logs/process_info.json",
        "ProcessStatusFile": "azureml-logs/process_status.json",
        **_git_properties(script)}


def _reuse_properties(original: Run | None) -> dict[str, str]:
    if original is None:
        return {}
    of_original = original.record["properties"]
    return {
        "azureml.isreused": "true",
        "azureml.reusedrunid": original.id,
        "azureml.reusednodeid": of_original["azureml.nodeid"],
        "azureml.reusedpipeline": of_original["azureml.pipeline"],
        "azureml.reusedpipelinerunid": of_original["azureml.pipelinerunid"]}


def _git_properties(declared: Declared) -> dict[str, str]:
    """What azureml-core adds when the submitted folder is a git working tree."""
    git = declared.get("git")
    if git is None:
        return {}
    return {
        "azureml.git.repository_uri": git["repository"],
        "azureml.git.branch": git["branch"],
        "azureml.git.commit": git["commit"],
        "azureml.git.dirty": str(git.get("dirty", False)),
        "mlflow.source.git.repoURL": git["repository"],
        "mlflow.source.git.branch": git["branch"],
        "mlflow.source.git.commit": git["commit"]}
