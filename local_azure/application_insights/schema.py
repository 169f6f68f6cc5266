"""The tables of a classic Application Insights resource: column names and Kusto types, in the service's order.

Source: "Azure Monitor Logs reference" and the table structure in "Workspace-based Application Insights resources".
A Kusto string is never null, so a string column that an item leaves out holds the empty string.
"""
from . import kept_dimensions

DUCKDB_TYPES = {
    "string": "VARCHAR", "int": "INTEGER", "long": "BIGINT", "real": "DOUBLE", "datetime": "TIMESTAMP",
    "dynamic": "JSON", "strings": "VARCHAR[]", "longs": "BIGINT[]", "reals": "DOUBLE[]",
}
"""By Kusto's kinds, and by those of lists, which only kept columns have."""


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


KEPT = {"traces": kept_dimensions.COLUMNS}
"""Kinds by column of what a table keeps besides. What is shown of it is a view then."""


def stored(table: str) -> str:
    """The name under which the rows of a table are stored."""
    return f"recorded_{table}" if table in KEPT else table


def create_statement(table: str) -> str:
    kinds = {**TABLES[table], **KEPT.get(table, {})}
    columns = (f'"{name}" {DUCKDB_TYPES[kind]}' + (" DEFAULT ''" if kind == "string" else "")
               for name, kind in kinds.items())
    create = f'CREATE TABLE IF NOT EXISTS "{stored(table)}" ({", ".join(columns)})'
    if table not in KEPT:
        return create
    shown = ", ".join(f'"{name}"' for name in TABLES[table])
    return f'{create}; CREATE VIEW IF NOT EXISTS "{table}" AS SELECT {shown} FROM "{stored(table)}"'
