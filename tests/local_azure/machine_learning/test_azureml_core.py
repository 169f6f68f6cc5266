"""The real azureml-core against identity, resource manager and machine learning over HTTPS."""
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette

from local_azure.certificates import Certificates
from local_azure.identity.models import TokenIssuer
from local_azure.identity.routes import routes as identity_routes
from local_azure.machine_learning.run_history.models import RunHistory
from local_azure.machine_learning.routes import routes as machine_learning_routes
from local_azure.resource_manager.models import ResourceManager
from local_azure.resource_manager.routes import routes as resource_manager_routes
from local_azure.scenarios.loading import load
from local_azure.serving import ServerThread, open_socket, url_of

CLIENT = Path(__file__).with_name("sdk_client.py")
PIPELINE_RUN_ID = "9ba5c47b-6a01-481d-a364-0f950b4f7206"
STEP_RUN_ID = "73947786-1972-4aa0-9464-3864ed95284a"


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict:
    """What the SDK saw of the flight delay scenario."""
    home = tmp_path_factory.mktemp("home")
    (home / ".azureml").mkdir()
    certificates = Certificates.create(home)
    workspace = load(datetime.now(UTC), ["flight_delay"])
    identity, resource_manager, machine_learning = (open_socket(name, 0) for name in ("identity", "arm", "ml"))
    resources = ResourceManager([workspace], url_of(identity), f"{url_of(machine_learning)}/discovery")
    servers = ServerThread(certificates)
    servers.serve({
        identity: Starlette(routes=identity_routes(TokenIssuer("the-header"))),
        resource_manager: Starlette(routes=resource_manager_routes(resources)),
        machine_learning: Starlette(routes=machine_learning_routes(RunHistory([workspace])))})
    try:
        client = subprocess.run(
            [sys.executable, CLIENT, workspace.subscription_id, workspace.resource_group, workspace.name, STEP_RUN_ID],
            env={"PATH": os.environ["PATH"], "HOME": str(home), "AZUREML_AUTH_CONFIG_DIR": str(home),
                 "AZUREML_CURRENT_CLOUD": "AzureCloud",
                 "ARM_CLOUD_METADATA_URL": f"{url_of(resource_manager)}/metadata/endpoints",
                 "IDENTITY_ENDPOINT": f"{url_of(identity)}/msi/token", "IDENTITY_HEADER": "the-header",
                 "REQUESTS_CA_BUNDLE": str(certificates.authority), "SSL_CERT_FILE": str(certificates.authority)},
            capture_output=True, text=True, timeout=60)
        assert client.returncode == 0, client.stderr
        return json.loads(client.stdout.splitlines()[-1])
    finally:
        servers.close()


def test_workspace_opens_with_a_managed_identity(seen):
    assert seen["workspace"] == ["sample-ws", "germanywestcentral"]


def test_run_and_its_parent_are_read(seen):
    assert seen["step"] == [STEP_RUN_ID, "Prepare Data", 2, "Completed", "flight-delay"]
    assert seen["parent"] == [PIPELINE_RUN_ID, "flight-delay-pipeline", "Completed"]


def test_portal_url_leads_to_the_studio(seen):
    assert seen["portal_url"].startswith(f"https://ml.azure.com/runs/{PIPELINE_RUN_ID}?wsid=/subscriptions/")


def test_details_of_a_pipeline_run_are_read(seen):
    details = seen["pipeline_details"]
    assert details["submittedBy"] == "Alan Turing"
    assert sorted(details["logFiles"]) == [
        "logs/azureml/executionlogs.txt", "logs/azureml/stderrlogs.txt", "logs/azureml/stdoutlogs.txt"]


def test_details_of_a_step_with_datasets_are_read(seen):
    details = seen["step_details"]
    assert details["runDefinition"]["script"] == "prep_airline_delay.py"
    assert "e62077d8-168a-4e5f-9039-4d4700ff1837" in details["inputDatasets"]
    assert "0394a826-2f1e-47ea-8b53-7e56620ca9ee" in details["outputDatasets"][0]["dataset"]


def test_log_files_of_the_artifact_service_join_those_of_the_details(seen):
    log_files = seen["step_details"]["logFiles"]
    assert len(log_files) == 13
    assert all("sig=" in url for url in log_files.values())
    assert {"user_logs/std_log.txt", "system_logs/lifecycler/lifecycler.log"} <= set(log_files)


def test_children_are_listed_last_started_first(seen):
    assert seen["children"] == ["Register Model", "Evaluate Model", "Train Model", "Prepare Data"]


def test_descendants_are_filtered_by_the_service(seen):
    assert seen["filtered"] == ["Prepare Data"]


def test_unknown_run_and_workspace_are_not_found(seen):
    assert "Code: 404" in seen["unknown_run"]
    assert "(UserError) Run unheard-of was not found" in seen["unknown_run"]
    assert "Workspace not found." in seen["unknown_workspace"]
