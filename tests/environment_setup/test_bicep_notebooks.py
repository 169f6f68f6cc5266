"""By what build pipelines ask for runs of notebooks: a queue that takes no keys and loses nothing."""
import pytest

from tests.environment_setup.bicep.deployed import WORKSPACE, app_settings, infrastructure

NAMESPACES, QUEUES = "Microsoft.ServiceBus/namespaces", "Microsoft.ServiceBus/namespaces/queues"
FUNCTIONS = ("RunNotebooks", "ReportNotebookRun", "CloseStaleNotebookPlans")


@pytest.fixture(scope="module")
def deployed():
    return infrastructure(existingWorkspaceId=WORKSPACE, runNotebooks=True)


def test_nothing_of_it_is_there_unless_it_is_asked_for():
    found = infrastructure(existingWorkspaceId=WORKSPACE)
    assert found.of_type(NAMESPACES) == []
    assert not any(name.startswith("NOTEBOOK_SERVICE_BUS") for name in app_settings(found))
    assert {app_settings(found)[f"AzureWebJobs.{name}.Disabled"] for name in FUNCTIONS} == {"true"}
    assert found.outputs["runsNotebooks"] is False


def test_the_functions_are_on_and_know_the_queue(deployed):
    found = app_settings(deployed)
    assert {found[f"AzureWebJobs.{name}.Disabled"] for name in FUNCTIONS} == {"false"}
    assert found["NOTEBOOK_QUEUE"] == deployed.the(QUEUES).name
    assert found["NOTEBOOK_SERVICE_BUS__credential"] == "managedidentity"
    place = found["NOTEBOOK_SERVICE_BUS__fullyQualifiedNamespace"]
    assert f"<{deployed.the(NAMESPACES).id}.serviceBusEndpoint>" in place


def test_the_namespace_takes_no_keys(deployed):
    properties = deployed.the(NAMESPACES).properties
    assert (properties["disableLocalAuth"], properties["minimumTlsVersion"]) == (True, "1.2")


def test_the_queue_keeps_what_fails_and_knows_what_it_had_before(deployed):
    """"Queues - Create Or Update": a lock lasts five minutes at most."""
    properties = deployed.the(QUEUES).properties
    assert properties["lockDuration"] == "PT5M"
    assert properties["requiresDuplicateDetection"] is True
    assert properties["deadLetteringOnMessageExpiration"] is True
    assert properties["maxDeliveryCount"] == 10
    assert deployed.the(NAMESPACES).body["sku"]["name"] == "Standard"  # Basic knows no duplicates
