"""The requests to the dataset services, which azureml-core makes to name what a run has read and written."""
from typing import Any

from local_azure.machine_learning.answering import Answer, Parameters, page
from local_azure.machine_learning.run_history.models import WorkspaceHistory
from local_azure.scenarios.models import ARM_ID


def answers() -> dict[str, Answer]:
    """By path."""
    return {
        f"/dataset/v1.0{ARM_ID}/datasets/query/savedDatasetId={{dataset_id}}": _registered_datasets,
        f"/dataset/v1.0{ARM_ID}/saveddatasets/{{dataset_id}}": _saved_dataset,
        f"/data/v1.0{ARM_ID}/dataversion/unregistered-{{dataset_id}}/versions/1": _data_version}


def _registered_datasets(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    """None: the datasets of the sample runs are saved, which is enough for lineage, but have no names."""
    return page([])


def _saved_dataset(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    history.require_dataset(parameters["dataset_id"])
    return {"id": parameters["dataset_id"], "datasetType": "file", "properties": {}, "dataflowJson": "{}"}


def _data_version(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    history.require_dataset(parameters["dataset_id"])
    return {"legacyDataflow": "{}"}
