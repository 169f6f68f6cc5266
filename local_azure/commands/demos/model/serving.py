"""Deploys a registered model beside what is there, asks it, and moves the traffic to it."""
import time
from collections.abc import Callable, Mapping
from typing import Any

from ....endpoints import Endpoints
from ...failure import CommandError
from ..caller import Caller, client_of
from ..programs import run_python
from .training import SAMPLE

ENDPOINT, DEPLOYMENT = "diabetes", "blue"

_SCORING = SAMPLE / "scoring"
_DEPLOY_SECONDS = 120
_SMOKE_SECONDS = 90
_POLL_SECONDS = 0.2
_REPOSITORY = SAMPLE.parents[1]


class Server:
    """`pause` waits, and what it raises ends the demo. All raise CommandError."""

    def __init__(self, caller: Caller, endpoints: Endpoints, pause: Callable[[float], None]):
        self._caller, self._endpoints, self._pause = caller, endpoints, pause
        self._workspace = f"{endpoints.resource_manager}{caller.workspace_id}"

    def deploy(self, model_id: str) -> None:
        """Returns when the deployment is healthy. No traffic is moved."""
        self._put_endpoint({})
        operation = self._caller.begin("PUT", f"{self._endpoint}/deployments/{DEPLOYMENT}", {
            "location": "local", "sku": {"name": "Default", "capacity": 1}, "properties": {
                "endpointComputeType": "Managed", "model": f"azureml:{model_id}", "appInsightsEnabled": True,
                "codeConfiguration": {"codeId": self._upload_code(), "scoringScript": "score.py"},
                "requestSettings": {"requestTimeout": "PT1M"}}})
        deadline = time.monotonic() + _DEPLOY_SECONDS
        while (found := self._caller.ask("GET", operation))["status"] == "InProgress":
            if time.monotonic() > deadline:
                raise CommandError(f"the deployment {DEPLOYMENT} is not healthy after {_DEPLOY_SECONDS} seconds")
            self._pause(_POLL_SECONDS)
        if found["status"] != "Succeeded":
            raise CommandError(f"the deployment {DEPLOYMENT} has failed", *found["error"]["message"].splitlines())

    def smoke_test(self, environment: Mapping[str, str]) -> list[str]:
        """The lines of the test that a release pipeline makes, of the deployment whatever traffic it has."""
        ended = run_python(
            ["-m", "devops_pipelines.scoring_smoke_test", "--scoring-url", self.scoring_url, "--deployment", DEPLOYMENT,
             "--query-url", f"{self._endpoints.application_insights}/v1/apps/local/query",
             "--timeout", str(_SMOKE_SECONDS), "--interval", "1"],
            {**environment, "SCORING_TOKEN": self._key(), "QUERY_TOKEN": self._endpoints.query_key}, self._pause,
            seconds=2 * _SMOKE_SECONDS, folder=_REPOSITORY)
        if ended.returncode:
            raise CommandError("the smoke test has failed, and no traffic was moved", *ended.stderr.splitlines()[-5:])
        return [line for line in ended.stdout.splitlines() if not line.startswith("waiting")]

    def move_traffic(self) -> None:
        self._put_endpoint({DEPLOYMENT: 100})

    def ask(self, requests: Mapping[str, Any]) -> dict[str, int]:
        """Scores what is asked for by the requests' ids; how each was answered."""
        with client_of(self._endpoints.certificate_authority, 60) as client:
            return {request_id: client.post(self.scoring_url, json=body, headers={
                "Authorization": f"Bearer {self._key()}", "x-ms-client-request-id": request_id,
                "x-request-id": request_id}).status_code for request_id, body in requests.items()}

    @property
    def scoring_url(self) -> str:
        return str(self._caller.ask("GET", self._endpoint)["properties"]["scoringUri"])

    @property
    def _endpoint(self) -> str:
        return f"{self._workspace}/onlineEndpoints/{ENDPOINT}"

    def _key(self) -> str:
        return str(self._caller.ask("POST", f"{self._endpoint}/listKeys")["primaryKey"])

    def _put_endpoint(self, traffic: Mapping[str, int]) -> None:
        self._caller.ask("PUT", self._endpoint, {"location": "local", "properties": {
            "authMode": "Key", "traffic": traffic}})

    def _upload_code(self) -> str:
        """The id of the version of code that the sample's scoring service is."""
        version = f"{self._workspace}/codes/{ENDPOINT}/versions/1"
        place = self._caller.ask("POST", f"{version}/startPendingUpload", {})["blobReferenceForConsumption"]
        container, _, signature = place["credential"]["sasUri"].partition("?")
        for file in sorted(_SCORING.glob("*.py")):
            self._caller.upload(f"{container}/{file.name}?{signature}", file.read_bytes())
        return str(self._caller.ask("PUT", version, {"properties": {"codeUri": place["blobUri"]}})["id"])
