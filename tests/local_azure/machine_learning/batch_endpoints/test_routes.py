"""Batch endpoints: managed through Resource Manager, invoked with tokens of their own audience."""
import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from local_azure.clock import ManualClock
from local_azure.identity.models import TokenIssuer
from local_azure.machine_learning.batch_endpoints.management_routes import ManagementRoutes
from local_azure.machine_learning.living import Living, Place
from local_azure.machine_learning.online_endpoints.models import RESOURCE
from local_azure.machine_learning.resources import resource_routes
from local_azure.machine_learning.routes import routes
from local_azure.storage.models import BlobStore

URL = "https://here"
PUBLISHED = {"Name": "nothing", "Graph": {"ModuleNodes": [], "Edges": []},
             "GraphInterface": {"Parameters": [{"Name": "size", "Type": "0", "DefaultValue": "20"}]}}
ENDPOINT = {"location": "here", "properties": {"authMode": "AADToken", "defaults": {"deploymentName": "blue"}}}
BODY = {"properties": {"InputData": {"size": {"JobInputType": "Literal", "Value": "50"}}}}


def deployment(asset, kind="PipelineComponent"):
    return {"properties": {"deploymentConfiguration": {
        "deploymentConfigurationType": kind, "componentId": {"assetId": asset}}}}


@pytest.fixture
def in_workspace(tmp_path, history, workspace):
    """Runs a scenario, which is given a client, a token, the address of the endpoint and the id of a pipeline."""
    def run(scenario):
        async def serve():
            living = Living(Place(tmp_path, URL, tmp_path / "ca.pem"), BlobStore(tmp_path / "blobs", "https://blobs"),
                            lambda event: None, ManualClock())
            issuer = TokenIssuer("header")
            managed = resource_routes(ManagementRoutes(living.batch_endpoints, URL).answers(), history, bool)
            served = routes(history, living=living, is_for_endpoints=lambda token: issuer.is_valid(token, RESOURCE))
            token = issuer.token_for_managed_identity("header", RESOURCE, "the-caller").value
            async with httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=[*managed, *served])),
                                         base_url=URL, headers={"Authorization": f"Bearer {token}"}) as client:
                created = await client.post(f"/pipelines/v1.0{workspace.arm_id}/Pipelines/Create", json=PUBLISHED)
                address = f"{workspace.arm_id}/batchEndpoints/scoring"
                await scenario(client, address, created.json()["Id"])
                await living.stop()
        asyncio.run(serve())
    return run


async def deployed(client, address, pipeline):
    """Where the endpoint is invoked."""
    await client.put(address, json=ENDPOINT)
    assert (await client.put(f"{address}/deployments/blue", json=deployment(f"/components/{pipeline}"))).is_success
    found = (await client.get(address)).json()
    assert (found["name"], found["properties"]["authMode"]) == ("scoring", "AADToken")
    return found["properties"]["scoringUri"]


@pytest.mark.parametrize("body", [BODY, {"properties": {"inputData": {"size": {
    "jobInputType": "literal", "value": "50"}}}}], ids=["as documented", "as azure-ai-ml sends it"])
def test_an_invocation_is_a_job_of_its_caller_that_takes_no_tags(in_workspace, history, workspace, body):
    async def scenario(client, address, pipeline):
        uri = await deployed(client, address, pipeline)
        answer = await client.post(uri, json={**body, "tags": {"team": "a"}})
        job = answer.json()
        assert (answer.status_code, job["properties"]["status"]) == (201, "Preparing")
        record = history.workspace(workspace.arm_id).run(job["name"]).record
        assert record["createdBy"]["userObjectId"] == "the-caller"
        assert record["tags"] == job["properties"]["tags"] == {"azureml.deploymentname": "blue"}
        assert record["properties"]["azureml.parameters"] == '{"size": "50"}'
        assert (record["properties"]["runSource"], record["properties"]["runType"]) == ("BatchDeployment", "HTTP")
        assert history.workspace(workspace.arm_id).experiment(record["experimentId"]).name == "scoring"
        async with asyncio.timeout(60):
            while (await client.get(f"{uri}/{job['name']}")).json()["properties"]["status"] != "Completed":
                await asyncio.sleep(0)
    in_workspace(scenario)


def test_two_requests_with_one_id_are_one_job(in_workspace):
    async def scenario(client, address, pipeline):
        uri = await deployed(client, address, pipeline)
        names = [(await client.post(uri, json=BODY, headers=headers)).json()["name"] for headers in (
            {"repeatability_request-id": "1"}, {"repeatability_request-id": "1"}, {"repeatability_request-id": "2"}, {},
            {})]
        assert names[0] == names[1] and len(set(names)) == 4
    in_workspace(scenario)


@pytest.mark.parametrize(("headers", "body", "status", "said"), [
    ({"Authorization": "Bearer token"}, BODY, 401, "another audience"), ({"Authorization": ""}, BODY, 401, "missing"),
    ({"azureml-model-deployment": "red"}, BODY, 404, "Deployment red"), ({}, {}, 400, "properties"),
    ({}, [], 400, "body"),
    ({}, {"properties": {"InputData": {"data": {"JobInputType": "UriFolder", "Uri": "u"}}}}, 400, "data is no literal"),
    ({}, {"properties": {"InputData": {"size": {"JobInputType": "Literal", "Value": "big"}}}}, 400, "size takes"),
    ({}, {"properties": {"InputData": {"sise": {"JobInputType": "Literal", "Value": "1"}}}}, 400, "no parameter sise")])
def test_what_cannot_be_invoked_is_refused(in_workspace, headers, body, status, said):
    async def scenario(client, address, pipeline):
        answer = await client.post(await deployed(client, address, pipeline), json=body, headers=headers)
        assert answer.status_code == status and said in answer.json()["error"]["message"]
    in_workspace(scenario)


def test_what_cannot_be_deployed_is_refused(in_workspace):
    async def scenario(client, address, pipeline):
        assert (await client.get(address)).status_code == 404
        assert (await client.put(address, json={})).status_code == 400
        await deployed(client, address, pipeline)
        statuses = [(await client.put(f"{address}/deployments/red", json=one)).status_code for one in (
            deployment("/components/unheard-of"), deployment(pipeline, "Model"), {"properties": {}})]
        assert statuses == [404, 400, 400]
        listed = (await client.get(address.rpartition("/")[0])).json()["value"]
        assert [one["name"] for one in listed] == ["scoring"]
        blue = (await client.get(f"{address}/deployments/blue")).json()
        assert (blue["name"], blue["properties"]["provisioningState"]) == ("blue", "Succeeded")
    in_workspace(scenario)
