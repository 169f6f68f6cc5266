"""The call that each compiled template declares is made against the local Azure, with a token for the audience that it
declares: the run starts, ends and is recorded with what started it.
"""
from urllib.parse import urlsplit

import httpx
import pytest

from local_azure.certificates import trust
from tests.end_to_end.test_submitted_runs import wait_until_recorded
from tests.environment_setup.bicep.deployed import deploy
from tests.environment_setup.scheduling.declared import DATA_FACTORY, LOGIC_APP, RECURRENCE, REGION, call_of


@pytest.fixture
def client(azure):
    with httpx.Client(verify=trust(azure.endpoints.certificate_authority), trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def token_for(azure, client):
    """Of a managed identity, as both services have one."""
    environment = azure.function_environment()

    def ask(audience):
        answer = client.get(environment["IDENTITY_ENDPOINT"], params={"resource": audience},
                            headers={"X-IDENTITY-HEADER": environment["IDENTITY_HEADER"]})
        assert answer.is_success, answer.text
        return answer.json()["access_token"]
    return ask


@pytest.fixture
def pipeline_id(azure, client, token_for, sample_workspace):
    """A published pipeline of no steps, which ends as soon as it has begun."""
    url = f"{azure.endpoints.machine_learning}/pipelines/v1.0{sample_workspace.arm_id}/Pipelines/Create"
    answer = client.post(url, headers={"Authorization": f"Bearer {token_for('https://management.azure.com/')}"}, json={
        "Name": "nothing", "Graph": {"ModuleNodes": [], "Edges": []},
        "GraphInterface": {"Parameters": [{"Name": "param_batch_size", "Type": "0", "DefaultValue": "20"}]}})
    assert answer.is_success, answer.text
    return answer.json()["Id"]


@pytest.mark.parametrize("template", [DATA_FACTORY, LOGIC_APP], ids=lambda path: path.stem)
def test_the_declared_call_starts_a_run_that_ends_and_is_recorded(
        azure, client, token_for, pipeline_id, sample_workspace, records, template):
    call = call_of(deploy(template, {
        "name": "nightly", "workspaceId": sample_workspace.arm_id, "experimentName": f"by_{template.stem}",
        "pipeline": {"kind": "publishedPipeline", "id": pipeline_id}, "recurrence": RECURRENCE,
        "parameters": {"param_batch_size": "50"}}), workspace=sample_workspace.arm_id)
    declared = urlsplit(call.url)
    assert declared.netloc == f"{REGION}.api.azureml.ms"
    answer = client.request(call.method, f"{azure.endpoints.machine_learning}{declared.path}", json=call.body,
                            headers={**call.headers, "Authorization": f"Bearer {token_for(call.audience)}"})
    assert answer.is_success, answer.text
    [record] = wait_until_recorded(records, answer.json()["Id"])
    assert (record["run_status"], record["experiment_name"]) == ("Completed", f"by_{template.stem}")
    assert f'"submitted_by": "{template.stem}"' in record["tags"] and '"schedule": "nightly' in record["tags"]
