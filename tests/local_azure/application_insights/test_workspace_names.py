"""The names are Microsoft's, and a query changes in them alone."""
from datetime import UTC, datetime

import pytest

from local_azure.application_insights.models import TelemetryStore
from local_azure.application_insights.workspace_names import (
    WORKSPACE_TABLES, column_before, column_names, translate, workspace_tables)

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)

# The table AppTraces of "Workspace-based resource changes".
APP_TRACES = {
    "appId": "ResourceGUID", "application_Version": "AppVersion", "appName": "_ResourceId",
    "client_Browser": "ClientBrowser", "client_City": "ClientCity", "client_CountryOrRegion": "ClientCountryOrRegion",
    "client_IP": "ClientIP", "client_Model": "ClientModel", "client_OS": "ClientOS",
    "client_StateOrProvince": "ClientStateOrProvince", "client_Type": "ClientType",
    "cloud_RoleInstance": "AppRoleInstance", "cloud_RoleName": "AppRoleName", "customDimensions": "Properties",
    "customMeasurements": "Measurements", "iKey": "IKey", "itemCount": "ItemCount", "itemId": "_ItemId",
    "itemType": "Type", "message": "Message", "operation_Id": "OperationId", "operation_Name": "OperationName",
    "operation_ParentId": "ParentId", "operation_SyntheticSource": "SyntheticSource", "sdkVersion": "SDKVersion",
    "session_Id": "SessionId", "severityLevel": "SeverityLevel", "timestamp": "TimeGenerated",
    "user_AccountId": "UserAccountId", "user_AuthenticatedId": "UserAuthenticatedId", "user_Id": "UserId",
}


@pytest.fixture
def store_of():
    """A store with items of these data."""
    store = TelemetryStore(instrumentation_key="")

    def fill(*data):
        items = [{"iKey": "", "name": "x", "time": NOON.isoformat(), "data": one} for one in data]
        assert store.accept(items, NOON).errors == ()
        return store

    yield fill
    store.close()


def test_columns_of_traces_have_microsofts_names():
    assert column_names("traces") == APP_TRACES


@pytest.mark.parametrize("table, column, name", [
    ("dependencies", "type", "DependencyType"), ("exceptions", "type", "ExceptionType"), ("requests", "url", "Url"),
    ("requests", "duration", "DurationMs"), ("customMetrics", "valueCount", "ItemCount"),
    ("exceptions", "innermostMessage", "InnermostMessage"),
])
def test_columns_of_other_tables_have_microsofts_names(table, column, name):
    assert column_names(table)[column] == name


def test_no_two_columns_of_a_table_get_the_same_name():
    assert len(workspace_tables()["AppMetrics"]) == len(column_names("customMetrics"))
    assert "value" not in column_names("customMetrics")


def test_types_stay_except_for_success():
    tables = workspace_tables()
    assert tables["AppTraces"]["TimeGenerated"] == "datetime"
    assert tables["AppTraces"]["Properties"] == "dynamic"
    assert tables["AppRequests"]["Success"] == "bool"


@pytest.mark.parametrize("classic, workspace", [
    ("traces | take 1", "AppTraces | take 1"),
    ("traces | where timestamp > ago(1d)", "AppTraces | where TimeGenerated > ago(1d)"),
    ("traces | extend t = customDimensions.type, m = message", "AppTraces | extend t = Properties.type, m = Message"),
    ("traces | project customDimensions.message.timestamp", "AppTraces | project Properties.message.timestamp"),
    ("traces | project customDimensions['message']", "AppTraces | project Properties['message']"),
    ("traces // message of traces\n| count", "AppTraces // message of traces\n| count"),
    ("traces | where message == \"a \\\" message\"", "AppTraces | where Message == \"a \\\" message\""),
    ("traces | where message == @'c:\\message' or message == ''",
     "AppTraces | where Message == @'c:\\message' or Message == ''"),
    ("traces | where message has ```timestamp```", "AppTraces | where Message has ```timestamp```"),
    ("traces | join kind=inner (traces) on $left.itemId == $right.operation_Id",
     "AppTraces | join kind=inner (AppTraces) on $left._ItemId == $right.OperationId"),
    ("let message_count = 1; traces | where 1d > 1.5h", "let message_count = 1; AppTraces | where 1d > 1.5h"),
])
def test_tables_and_columns_are_renamed_and_nothing_else(classic, workspace):
    assert translate(classic) == workspace


def test_columns_of_tables_that_a_query_does_not_name_stay():
    query = "traces | extend duration = 1, target = 'message', url = ''"
    assert translate(query) == "AppTraces | extend duration = 1, target = 'message', url = ''"


@pytest.mark.parametrize("query, line, column, before", [
    ("traces | where nothing", 1, 19, 16), ("traces\n| where timestamp > nothing", 2, 26, 22),
    ("traces | where message == nothing", 1, 30, 27), ("traces | nothing", 1, 13, 10),
    ("traces", 1, 3, 1), ("traces", 9, 9, 9)])
def test_a_place_is_found_again_in_the_query_before(query, line, column, before):
    assert column_before(query, line, column) == before


def test_the_store_knows_its_tables_by_both_names(store_of):
    store = store_of(
        {"baseType": "MessageData", "baseData": {"ver": 2, "message": "hello", "properties": {"a": "b"}}},
        {"baseType": "RequestData", "baseData": {
            "ver": 2, "id": "1", "name": "GET", "duration": "00:00:01", "responseCode": "200", "success": True}})
    assert store.query("AppTraces | project Message, a = tostring(Properties.a)").rows == (("hello", "b"),)
    assert store.query("AppRequests | where Success | project Name, DurationMs").rows == (("GET", 1000.0),)
    both = "union withsource = table * | summarize rows = count() by table | sort by table asc"
    assert store.query(both).rows == (("requests", 1), ("traces", 1))
    assert store.query(both, tables=WORKSPACE_TABLES).rows == (("AppRequests", 1), ("AppTraces", 1))
