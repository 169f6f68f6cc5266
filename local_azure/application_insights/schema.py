"""The tables of a classic Application Insights resource: column names and Kusto types, in the service's order.

Source: "Azure Monitor Logs reference" and the table structure in "Workspace-based Application Insights resources".
A Kusto string is never null, so a string column that an item leaves out holds the empty string.
"""
DUCKDB_TYPES = {"string": "VARCHAR", "int": "INTEGER", "real": "DOUBLE", "datetime": "TIMESTAMP", "dynamic": "JSON"}


def _strings(names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), "string")


_CONTEXT = _strings(
    "operation_Name operation_Id operation_ParentId operation_SyntheticSource session_Id user_Id user_AuthenticatedId"
    " user_AccountId application_Version client_Type client_Model client_OS client_IP client_City"
    " client_StateOrProvince client_CountryOrRegion client_Browser cloud_RoleName cloud_RoleInstance"
    " appId appName iKey sdkVersion itemId"
)
_OUTCOME = {"success": "string", "resultCode": "string", "duration": "real", "performanceBucket": "string"}
_MEASUREMENTS = {"customMeasurements": "dynamic"}


def _table(own: dict[str, str], measurements: dict[str, str]) -> dict[str, str]:
    """Every column of a table: its own ones between those that all tables share."""
    return {
        "timestamp": "datetime", **own, "itemType": "string", "customDimensions": "dynamic", **measurements,
        **_CONTEXT, "itemCount": "int",
    }


# Durations are milliseconds; timestamps are UTC.
TABLES = {
    "traces": _table({"message": "string", "severityLevel": "int"}, _MEASUREMENTS),
    "requests": _table({**_strings("id source name url"), **_OUTCOME}, _MEASUREMENTS),
    "dependencies": _table({**_strings("id target type name data"), **_OUTCOME}, _MEASUREMENTS),
    "customEvents": _table({"name": "string"}, _MEASUREMENTS),
    "customMetrics": _table({
        "name": "string", "value": "real", "valueCount": "int", "valueSum": "real", "valueMin": "real",
        "valueMax": "real", "valueStdDev": "real",
    }, {}),
    "exceptions": _table({
        **_strings(
            "problemId handledAt type message assembly method outerType outerMessage outerAssembly outerMethod"
            " innermostType innermostMessage innermostAssembly innermostMethod"
        ),
        "severityLevel": "int", "details": "dynamic",
    }, _MEASUREMENTS),
}


def create_statement(table: str) -> str:
    columns = (
        f'"{name}" {DUCKDB_TYPES[kind]}' + (" DEFAULT ''" if kind == "string" else "")
        for name, kind in TABLES[table].items()
    )
    return f'CREATE TABLE IF NOT EXISTS "{table}" ({", ".join(columns)})'
