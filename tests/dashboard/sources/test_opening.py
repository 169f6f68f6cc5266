"""Sources in Azure, by each id that one may have of them, in each cloud."""
import argparse

import pytest

from azure_access.clouds import CLOUDS
from dashboard.charts import QUERIES
from dashboard.saved_queries import SavedQueries
from dashboard.sources.local_store import LocalStore
from dashboard.sources.opening import OpeningError, add_arguments, open_source
from dashboard.sources.source import SourceError
from local_azure.control.models import Fault
from tests.dashboard.sources.asking import APP_ID, opened
from tests.dashboard.sources.service import NOON, WORKSPACE

WORKSPACE_ID = "00000000-1111-2222-3333-444444444444"
RESOURCE_ID = f"{WORKSPACE.arm_id.partition('/Microsoft.Mach')[0]}/microsoft.insights/components/Sample-WS"
SAVED = SavedQueries(QUERIES).list()


@pytest.fixture
def workspace(service):
    with opened("--workspace-id", WORKSPACE_ID, "--endpoint", service.url) as source:
        yield source


@pytest.fixture
def of_resource(service):
    """The arguments that look up a resource."""
    return "--resource-id", RESOURCE_ID, "--endpoint", service.url, "--resource-manager", service.resource_manager


@pytest.mark.parametrize("saved", SAVED, ids=lambda saved: saved.name)
def test_every_query_is_answered_by_the_workspace_as_by_the_application(workspace, service, saved):
    service.insights.run("root", started=NOON, seconds=60, status="Failed", error_message="it's broken")
    service.insights.run("step", parent="root", started=NOON, seconds=50, status="Failed", operation_Id="a message")
    text = saved.fill({"run": "root", "since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z",
                       "at": NOON.isoformat()})
    assert workspace.query(text) == LocalStore(service.insights.store).query(text)


def test_a_workspace_that_one_may_not_read_names_its_own_role(workspace, service):
    service.traffic.inject(Fault("application_insights", status=403))
    with pytest.raises(SourceError, match=f"Log Analytics workspace {WORKSPACE_ID} .* the role Log Analytics Reader"):
        workspace.count_records()


def test_a_mistake_is_where_it_stands_in_the_query_that_was_written(workspace):
    with pytest.raises(SourceError) as raised:
        workspace.query("traces\n| where timestamp > ago(1d) and nothing == 1")
    assert (raised.value.line, raised.value.column) == (2, 33)


def test_a_resource_is_looked_up_and_asked_by_its_app_id(of_resource, service):
    with opened(*of_resource) as source:
        assert source.about.name == "Application Insights Sample-WS"
        assert source.query("print 1").rows == [[1]]
        assert APP_ID in source._api.url


@pytest.mark.parametrize(("fault", "said"), [
    ({"status": 403}, "the role Monitoring Reader"), ({"status": 404}, "check the id, and AZURE_CLOUD"),
    ({"kind": "reset"}, "Resource Manager did not say"), ({"status": 200, "body": "[]"}, "or give the --app-id itself"),
])
def test_a_resource_that_is_not_found_is_told_before_a_page_is_shown(of_resource, service, fault, said):
    service.traffic.inject(Fault("resource_manager", **fault))
    with pytest.raises(OpeningError, match=said):
        opened(*of_resource)


@pytest.mark.parametrize("given", ["sample-ws", RESOURCE_ID + "/query", RESOURCE_ID + "?a=b",
                                   RESOURCE_ID.replace("components", "workbooks")])
def test_what_is_no_id_of_a_resource_is_refused(given, capsys):
    with pytest.raises(SystemExit):
        opened("--resource-id", given)
    assert "is no id such as /subscriptions/" in capsys.readouterr().err


def test_every_cloud_has_a_log_analytics_of_its_own():
    for cloud in CLOUDS:
        parser = argparse.ArgumentParser()
        add_arguments(parser)
        source = open_source(parser.parse_args(["--workspace-id", WORKSPACE_ID]), {"AZURE_CLOUD": cloud.name})
        assert source._api.url == f"{cloud.log_analytics_endpoint}/v1/workspaces/{WORKSPACE_ID}/query"
        source.close()


def test_az_login_is_first_on_a_desk_and_not_in_an_app(service, monkeypatch):
    with opened("--app-id", APP_ID) as in_an_app:
        assert type(in_an_app._tokens._credential).__name__ == "DefaultAzureCredential"
    monkeypatch.delenv("IDENTITY_ENDPOINT")
    with opened("--app-id", APP_ID) as on_a_desk:
        first = on_a_desk._tokens._credential.credentials[0]
    assert type(first).__name__ == "AzureCliCredential"
