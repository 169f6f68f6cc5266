"""The columns hold against a copy of the service's own, as `Table | getschema` gives them."""
import json
from pathlib import Path

import duckdb
import pytest
from duckdb_kql.types import kusto_type

from local_azure.application_insights.schema import TABLES, create_statement

SERVICE = json.loads((Path(__file__).parent / "data" / "service_columns.json").read_text(encoding="utf-8"))


def test_traces_has_the_services_columns_in_the_services_order():
    assert list(TABLES["traces"].items()) == list(SERVICE["traces"].items())


@pytest.mark.parametrize("table", SERVICE)
def test_columns_have_the_services_types(table):
    assert SERVICE[table].items() <= TABLES[table].items()


@pytest.mark.parametrize("table", TABLES)
def test_a_created_table_has_the_kusto_types_of_the_schema(table):
    with duckdb.connect() as connection:
        connection.execute(create_statement(table))
        columns = connection.table(table)
        assert dict(zip(columns.columns, map(kusto_type, columns.types))) == TABLES[table]
