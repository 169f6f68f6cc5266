"""Tables and columns as a Log Analytics workspace calls them, and queries that use these names.

The files of queries/ use the classic names, which every Application Insights resource understands. A query that is run
on the workspace behind it needs the other names, and `translate` puts them in: for the dashboard over a workspace, and
for tests. The local store has them as views. They follow one rule with exceptions, all from "Workspace-based resource
changes" in "Migrate to workspace-based Application Insights resources".
"""
import re
from collections.abc import Mapping

from local_azure.application_insights.schema import TABLES as CLASSIC_TABLES

_TABLES = {
    "traces": "AppTraces", "requests": "AppRequests", "dependencies": "AppDependencies", "customEvents": "AppEvents",
    "customMetrics": "AppMetrics", "exceptions": "AppExceptions",
}
WORKSPACE_TABLES = tuple(_TABLES.values())
_COLUMNS = {
    "timestamp": "TimeGenerated", "customDimensions": "Properties", "customMeasurements": "Measurements",
    "operation_ParentId": "ParentId", "operation_SyntheticSource": "SyntheticSource", "cloud_RoleName": "AppRoleName",
    "cloud_RoleInstance": "AppRoleInstance", "application_Version": "AppVersion", "sdkVersion": "SDKVersion",
    "appId": "ResourceGUID", "appName": "_ResourceId", "itemId": "_ItemId", "itemType": "Type",
    "duration": "DurationMs",
}
_COLUMNS_OF_TABLES = {
    ("dependencies", "type"): "DependencyType", ("exceptions", "type"): "ExceptionType",
    ("customMetrics", "valueCount"): "ItemCount",
}
_REMOVED = {("customMetrics", name) for name in ("value", "valueStdDev", "itemCount")}
_TYPES = {"Success": "bool"}

_TOKEN = re.compile(
    r"""  //[^\n]*                                                     # a comment
        | ```.*?``` | @'(?:[^']|'')*' | @"(?:[^"]|"")*"                # a text, in any of its spellings
        | '(?:\\.|[^'\\\n])*' | "(?:\\.|[^"\\\n])*"
        | (?<!\$left)(?<!\$right)\.[A-Za-z_]\w*                        # a property, not the column of a join's side
        | \d\w*                                                        # a number with its unit
        | (?P<name>[A-Za-z_]\w*)
    """, re.DOTALL | re.VERBOSE)


def column_names(table: str) -> dict[str, str]:
    """The workspace's names of a classic table's columns; a column that a workspace does not have is absent."""
    return {name: _COLUMNS_OF_TABLES.get((table, name)) or _COLUMNS.get(name) or _capitalised(name)
            for name in CLASSIC_TABLES[table] if (table, name) not in _REMOVED}


def workspace_tables() -> dict[str, dict[str, str]]:
    """Kusto types by the workspace's names of tables and columns."""
    return {_TABLES[table]: {new: _TYPES.get(new, columns[old]) for old, new in column_names(table).items()}
            for table, columns in CLASSIC_TABLES.items()}


def view_statements() -> list[str]:
    """What lets the store know its tables by these names too."""
    return [f'CREATE OR REPLACE VIEW "{_TABLES[table]}" AS SELECT {_selected(table)} FROM "{table}"'
            for table in CLASSIC_TABLES]


def _selected(table: str) -> str:
    return ", ".join(f"""{f"lower({old}) = 'true'" if _TYPES.get(new) == 'bool' else f'"{old}"'} AS "{new}\""""
                     for old, new in column_names(table).items())


def translate(query: str) -> str:
    """The query with the workspace's names of the tables in it and of their columns; comments and texts stay."""
    found = {match["name"] for match in _TOKEN.finditer(query)}
    tables = [table for table in _TABLES if table in found]
    names = {table: _TABLES[table] for table in tables}
    for table in tables:
        names |= column_names(table)
    return _TOKEN.sub(lambda match: _renamed(match, names), query)


def column_before(query: str, line: int, column: int) -> int:
    """Where the place of a line of the translated query is in the same line of the query; both count from 1."""
    before, after = query.split("\n"), translate(query).split("\n")
    if not line <= len(after):
        return column
    shift = 0
    for own, new in zip(_TOKEN.finditer(before[line - 1]), _TOKEN.finditer(after[line - 1])):
        if new.start() >= column:
            break
        if new.end() >= column and own[0] != new[0]:
            return own.start() + 1
        shift = own.end() - new.end()
    return column + shift


def _renamed(match: re.Match[str], names: Mapping[str, str]) -> str:
    return names.get(match["name"], match[0])


def _capitalised(name: str) -> str:
    """operation_Id -> OperationId"""
    return "".join(part[0].upper() + part[1:] for part in name.split("_"))
