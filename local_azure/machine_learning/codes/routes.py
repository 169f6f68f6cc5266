"""The requests with which code is uploaded: "Code Versions - Create Or Get Start Pending Upload", then "Create"."""
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import uuid4

from local_azure.machine_learning.codes.models import Codes
from local_azure.machine_learning.resources import ResourceAnswer, ResourceCall

_VERSION = "/codes/{name}/versions/{version}"


def answers(codes: Codes) -> Mapping[str, ResourceAnswer]:
    return {f"POST {_VERSION}/startPendingUpload": partial(_start_upload, codes),
            f"PUT {_VERSION}": partial(_put, codes), f"GET {_VERSION}": partial(_read, codes)}


async def _start_upload(codes: Codes, call: ResourceCall) -> dict[str, Any]:
    """Nothing in the answer depends on the version: it is told once the files are there."""
    url, signed = codes.start_upload()
    return {"pendingUploadId": str(uuid4()), "pendingUploadType": "TemporaryBlobReference",
            "blobReferenceForConsumption": {
                "blobUri": url, "storageAccountArmId": call.arm_id(),
                "credential": {"credentialType": "SAS", "sasUri": signed}}}


async def _put(codes: Codes, call: ResourceCall) -> dict[str, Any]:
    codes.put(call.history, call.path["name"], call.path["version"], call.properties)
    return await _read(codes, call)


async def _read(codes: Codes, call: ResourceCall) -> dict[str, Any]:
    name, version = call.path["name"], call.path["version"]
    found = codes.properties(call.history, name, version)
    return {"id": call.arm_id("codes", name, "versions", version), "name": version,
            "type": "Microsoft.MachineLearningServices/workspaces/codes/versions",
            "properties": {"codeUri": found["codeUri"], "provisioningState": "Succeeded"}}
