"""The real azureml-core against identity, resource manager and machine learning over HTTPS."""
from datetime import UTC, datetime
from pathlib import Path

import pytest

from local_azure.scenarios.loading import load
from tests.local_azure.machine_learning.living_azure import living_azure

CLIENT = Path(__file__).with_name("sdk_client.py")
PIPELINE_RUN_ID = "9ba5c47b-6a01-481d-a364-0f950b4f7206"
STEP_RUN_ID = "73947786-1972-4aa0-9464-3864ed95284a"


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict:
    """What the SDK saw of the flight delay scenario."""
    workspace = load(datetime.now(UTC), ["flight_delay"])
    with living_azure(tmp_path_factory.mktemp("living"), workspace) as azure:
        return azure.client(CLIENT, STEP_RUN_ID)


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
