"""The requests to the dataset services, which azureml-core makes to name what a run has read and written."""
from typing import Any

from local_azure.machine_learning.answering import Answers, Call, page
from local_azure.scenarios.models import ARM_ID


def answers() -> Answers:
    return {
        f"GET /dataset/v1.0{ARM_ID}/datasets/query/savedDatasetId={{dataset_id}}": _registered_datasets,
        f"GET /dataset/v1.0{ARM_ID}/saveddatasets/{{dataset_id}}": _saved_dataset,
        f"GET /data/v1.0{ARM_ID}/dataversion/unregistered-{{dataset_id}}/versions/1": _data_version}


def _registered_datasets(call: Call) -> dict[str, Any]:
    """None: the datasets of the sample runs are saved, which is enough for lineage, but have no names."""
    return page([])


def _saved_dataset(call: Call) -> dict[str, Any]:
    call.history.require_dataset(call.path["dataset_id"])
    return {"id": call.path["dataset_id"], "datasetType": "file", "properties": {}, "dataflowJson": "{}"}


def _data_version(call: Call) -> dict[str, Any]:
    call.history.require_dataset(call.path["dataset_id"])
    return {"legacyDataflow": "{}"}
