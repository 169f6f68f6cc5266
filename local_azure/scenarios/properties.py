"""The properties that Azure Machine Learning gives to runs: where they come from, what they ran, what they reuse.

The case of names differs as it does in the service: a step of a pipeline made in the designer has a `stepType`, a
step of one made with the SDK a `StepType`.
"""
import json

from local_azure.scenarios.identifiers import identifier
from local_azure.scenarios.models import Run

_DESIGNER_NAMES = {
    "ContentSnapshotId": "contentSnapshotId", "StepType": "stepType", "ComputeTargetType": "computeTargetType"}


def pipeline_properties(pipeline: dict) -> dict[str, str]:
    """The properties of a pipeline run."""
    return {
        "azureml.runsource": "azureml.PipelineRun",
        "azureml.parameters": json.dumps(pipeline.get("parameters", {})),
        "azureml.continue_on_step_failure": str(pipeline.get("continue_on_step_failure", False)),
        "azureml.pipelineComponent": "pipelinerun",
        **pipeline["properties"],
        **_git_properties(pipeline)}


def step_properties(pipeline: dict, pipeline_run_id: str, step: dict, compute: dict,
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
        "azureml.pipeline": identifier(pipeline["pipeline"], "pipeline"),
        "azureml.pipelineComponent": "masterescloud",
        **_git_properties(pipeline),
        **_reuse_properties(original)}
    if pipeline["properties"]["runSource"] == "Designer":
        return {_DESIGNER_NAMES.get(name, name): value for name, value in properties.items()}
    return properties


def script_properties(script: dict) -> dict[str, str]:
    """The properties of a script run."""
    return {
        "_azureml.ComputeTargetType": "amlctrain",
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


def _git_properties(declared: dict) -> dict[str, str]:
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
