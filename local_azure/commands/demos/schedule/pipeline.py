"""The pipeline of three steps, published by REST as azureml-pipeline-core does it.

The folder `steps` goes to the workspace as a snapshot; each step is a module with a node in the graph, and reads what
the one before it has written.
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from ..caller import Caller

NAME = "batch_scoring"
_FOLDER = Path(__file__).parent / "steps"
_COMPUTE = "cpu-cluster"
_PARAMETERS = {"rows": ("0", "100"), "threshold": ("1", "0.5")}  # the service's numbers for int and float; the default


@dataclass(frozen=True, slots=True)
class _Step:
    """`reads` is the step whose output it reads."""

    name: str
    parameter: str | None = None
    reads: str | None = None
    writes: bool = True


_STEPS = (_Step("prepare", parameter="rows"), _Step("score", parameter="threshold", reads="prepare"),
          _Step("report", reads="score", writes=False))
STEPS = tuple(step.name for step in _STEPS)


def publish(caller: Caller) -> str:
    """The id of the published pipeline. Raises CommandError."""
    services = caller.find_services()
    snapshot_id = _upload(caller, f"{services}/content/v2.0{caller.workspace_id}/snapshots")
    pipelines = f"{services}/pipelines/v1.0{caller.workspace_id}"
    modules = {step.name: caller.ask("POST", f"{pipelines}/Modules", _module(step, snapshot_id))["Id"]
               for step in _STEPS}
    return str(caller.ask("POST", f"{pipelines}/Pipelines/Create", {
        "Name": NAME, "Description": "prepares rows, scores them and reports", "Version": "1",
        "Graph": _graph(modules), "GraphInterface": {"Parameters": [
            {"Name": name, "Type": kind, "DefaultValue": default, "IsOptional": True}
            for name, (kind, default) in _PARAMETERS.items()]}})["Id"])


def _upload(caller: Caller, snapshots: str) -> str:
    files = sorted(_FOLDER.glob("*.py"))
    nodes = caller.ask("POST", f"{snapshots}/getblob", {"FileNames": [file.name for file in files]})["fileNodes"]
    for file, node in zip(files, nodes):
        caller.upload(node["blobUri"], file.read_bytes())
    snapshot_id = str(uuid4())
    caller.ask("POST", f"{snapshots}/{snapshot_id}", {
        "ParentSnapshotId": str(UUID(int=0)),
        "DirTreeNode": {"type": "Directory", "children": {file.name: {"type": "File"} for file in files}},
        "FileRevisionList": {"FileNodes": [{"FullName": node["fullName"], "BlobUri": node["blobUri"]}
                                           for node in nodes]}})
    return snapshot_id


def _module(step: _Step, snapshot_id: str) -> dict[str, Any]:
    """Every run does its steps anew: none `IsDeterministic`."""
    return {"Name": step.name, "IsDeterministic": False, "ModuleExecutionType": "escloud", "StorageId": snapshot_id,
            "StepType": "PythonScriptStep", "StructuredInterface": {
                "Inputs": [{"Name": "input"}] if step.reads else [],
                "Outputs": [{"Name": "output", "DataStoreName": "workspaceblobstore"}] if step.writes else [],
                "Parameters": [{"Name": step.parameter, "ParameterType": "String"}] if step.parameter else [],
                "Arguments": _arguments(step)}}


def _arguments(step: _Step) -> Sequence[Mapping[str, str]]:
    given = [("--input", "Input", "input")] if step.reads else []
    given += [(f"--{step.parameter}", "Parameter", step.parameter)] if step.parameter else []
    given += [("--output", "Output", "output")] if step.writes else []
    return [part for option, kind, value in given
            for part in ({"ValueType": "Literal", "Value": option}, {"ValueType": kind, "Value": value})]


def _graph(modules: Mapping[str, str]) -> dict[str, Any]:
    """A node is called as its step; the value of a parameter is a parameter of the pipeline."""
    return {
        "ModuleNodes": [{"Id": step.name, "ModuleId": modules[step.name], "ModuleParameters": [
            {"Name": "Target", "ValueType": "0", "Value": _COMPUTE},
            {"Name": "Script", "ValueType": "0", "Value": f"{step.name}.py"},
            *([{"Name": step.parameter, "ValueType": "1", "Value": step.parameter}] if step.parameter else [])]}
            for step in _STEPS],
        "Edges": [{"SourceOutputPort": {"NodeId": step.reads, "PortName": "output"},
                   "DestinationInputPort": {"NodeId": step.name, "PortName": "input"}}
                  for step in _STEPS if step.reads]}
