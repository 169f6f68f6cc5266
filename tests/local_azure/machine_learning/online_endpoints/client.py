"""Deploys and scores as a client of Azure does, by REST."""
import json
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from local_azure.certificates import trust
from local_azure.cloud import LocalAzure
from local_azure.scenarios.models import Workspace

SCRIPTS = Path(__file__).with_name("scripts")
QUICK = {"initialDelay": "PT0S", "period": "PT1S", "failureThreshold": 90}


@dataclass(frozen=True, slots=True)
class Client:
    http: httpx.Client
    azure: LocalAzure
    workspace: Workspace

    @classmethod
    def of(cls, azure, workspace):
        authority = Path(azure.endpoints.certificate_authority)
        return cls(httpx.Client(verify=trust(authority), trust_env=False, timeout=90), azure, workspace)

    def manage(self, method, path, body=None, status=None):
        """An answer of Resource Manager; the path begins below the workspace."""
        url = f"{self.azure.endpoints.resource_manager}{self.workspace.arm_id}{path}"
        answer = self.http.request(method, url, json=body, headers={"Authorization": "Bearer a-token"})
        assert status is None or answer.status_code == status, answer.text
        return answer

    def upload_code(self, folder, name="scoring", version="1"):
        """The id of the version."""
        started = self.manage("POST", f"/codes/{name}/versions/{version}/startPendingUpload", {}, 200).json()
        place, _, signature = started["blobReferenceForConsumption"]["credential"]["sasUri"].partition("?")
        for file in folder.rglob("*.py"):
            path = file.relative_to(folder).as_posix()
            assert self.http.put(f"{place}/{path}?{signature}", content=file.read_bytes()).status_code == 201
        body = {"properties": {"codeUri": started["blobReferenceForConsumption"]["blobUri"]}}
        return self.manage("PUT", f"/codes/{name}/versions/{version}", body, 200).json()["id"]

    def register(self, name, content):
        """The NAME:VERSION of a model that is one file, model.json."""
        ml, workspace = self.azure.endpoints.machine_learning, self.workspace.arm_id
        headers = {"Authorization": "Bearer a-token"}
        container = f"model-{time.monotonic_ns()}"
        taken = self.http.post(f"{ml}/artifact/v2.0{workspace}/artifacts/batch/metadata/LocalUpload/{container}",
                               json={"paths": [{"path": "model.json"}]}, headers=headers).json()
        url = taken["artifactContentInformation"]["model.json"]["contentUri"].replace("local.blob.store@", "")
        assert self.http.put(url, content=content.encode()).status_code == 201
        models = f"{ml}/modelmanagement/v1.0{workspace}"
        asset = self.http.post(f"{models}/assets", headers=headers, json={
            "name": name, "artifacts": [{"prefix": f"LocalUpload/{container}/model.json"}]}).json()
        return self.http.post(f"{models}/models", headers=headers, json={
            "name": name, "url": f"aml://asset/{asset['id']}", "mimeType": "application/json"}).json()["id"]

    def deploy(self, endpoint, name, model, code, *, probe=QUICK, telemetry=False):
        """Begins; the URL of the operation."""
        body = {"location": "local", "sku": {"name": "Default", "capacity": 1}, "properties": {
            "endpointComputeType": "Managed", "model": f"azureml:{model}", "instanceType": "Standard_DS2_v2",
            "codeConfiguration": {"codeId": code, "scoringScript": "score.py"}, "readinessProbe": probe,
            "appInsightsEnabled": telemetry, "requestSettings": {"requestTimeout": "PT90S"}}}
        return self.manage("PUT", f"/onlineEndpoints/{endpoint}/deployments/{name}", body, 201).headers[
            "Azure-AsyncOperation"]

    def finish(self, operation):
        """What the operation says at its end."""
        deadline = time.monotonic() + 120
        while True:
            found = self.http.get(operation, headers={"Authorization": "Bearer a-token"}).json()
            if found["status"] != "InProgress":
                return found
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def endpoint(self, name, traffic=None, mode="Key", status=None):
        return self.manage("PUT", f"/onlineEndpoints/{name}", {"location": "local", "properties": {
            "authMode": mode, **({} if traffic is None else {"traffic": traffic})}}, status)

    def score(self, endpoint, content, *, key=None, **headers):
        key = key or self.manage("POST", f"/onlineEndpoints/{endpoint}/listKeys").json()["primaryKey"]
        url = self.manage("GET", f"/onlineEndpoints/{endpoint}").json()["properties"]["scoringUri"]
        return self.http.post(url, content=content if isinstance(content, bytes) else json.dumps(content).encode(),
                              headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json",
                                       **{name.replace("_", "-"): value for name, value in headers.items()}})
