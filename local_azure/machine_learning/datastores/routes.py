"""The requests that ask for datastores: there is one, the default, whose data are files of this machine."""
from typing import Any

from local_azure.machine_learning.answering import Answers, Call
from local_azure.machine_learning.run_history.models import NotFoundError
from local_azure.scenarios.models import ARM_ID

NAME = "workspaceblobstore"


def answers() -> Answers:
    path = f"GET /datastore/v1.0{ARM_ID}"
    return {f"{path}/default": _describe, f"{path}/datastores/{{name}}": _describe}


def _describe(call: Call) -> dict[str, Any]:
    if call.path.get("name", NAME) != NAME:
        raise NotFoundError(f"Datastore {call.path['name']} was not found")
    return {"name": NAME, "dataStoreType": "AzureBlob", "hasBeenValidated": True, "azureStorageSection": {
        "accountName": "local", "containerName": "azureml", "endpoint": "core.windows.net", "protocol": "https",
        "credentialType": "None", "blobCacheTimeout": -1, "isSas": False}}
