"""The dashboard over HTTP."""
import json
from datetime import UTC, datetime

import pytest

from dashboard.charts import QUERIES

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


def ask(client, query):
    return client.post("/api/query", json={"query": query})


def test_any_kql_is_answered_with_columns_and_rows(client):
    answer = ask(client, "print a = 1, b = 'x', c = datetime(2024-03-01)")
    assert answer.json() == {
        "columns": [{"name": "a", "type": "long"}, {"name": "b", "type": "string"}, {"name": "c", "type": "datetime"}],
        "rows": [[1, "x", "2024-03-01T00:00:00.000000Z"]], "lacks": ""}


@pytest.mark.parametrize("query, line, column", [
    ("traces\n| where\n    nowhere == 1", 3, 5), ("traces\n| summmarize count()", 2, 1), ("traces | where x", 1, 16)])
def test_a_mistake_in_a_query_is_told_with_its_place(client, query, line, column):
    error = ask(client, query).json()["error"]
    assert (error["line"], error["column"]) == (line, column)
    assert error["message"]


def test_an_error_without_a_place_has_none(client):
    error = ask(client, "print toint('x') / 0 | where").json()["error"]
    assert error["message"]


def test_a_saved_query_is_answered_with_its_parameters(client):
    answer = client.post("/api/queries/summary", json={"parameters": {"experiment": "it's", "unknown": 1}}).json()
    columns = [column["name"] for column in answer["columns"]]
    assert dict(zip(columns, answer["rows"][0]))["runs"] == 0


def test_a_saved_query_is_shown_with_its_parameters(client):
    values = {"parameters": {"experiment": "it's \ud800", "unknown": 1}}
    text = client.post("/api/queries/summary/text", content=json.dumps(values)).json()["text"]
    assert "let experiment = 'it\\'s \ufffd';" in text and "let workspace = '';" in text


def test_a_saved_query_is_answered_anew_when_something_was_recorded(client, store):
    runs = {"parameters": {"level": "pipeline"}}
    assert client.post("/api/queries/latest_runs", json=runs).json()["rows"] == []
    properties = {"type": "run_detail", "workspace_name": "ws", "run_id": "a", "parent_run_id": "a"}
    store.accept([{"iKey": "", "name": "x", "time": NOON.isoformat(), "data": {
        "baseType": "MessageData", "baseData": {"message": "{}", "ver": 2, "properties": properties}}}], NOON)
    assert len(client.post("/api/queries/latest_runs", json=runs).json()["rows"]) == 1


@pytest.mark.parametrize("path", ["/api/queries/missing", "/api/queries/missing/text"])
def test_a_query_that_is_not_there_is_not_found(client, path):
    assert client.post(path, json={"parameters": {}}).status_code == 404


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"query": 1}', '{"parameters": []}', "[" * 100_000])
@pytest.mark.parametrize("path", ["/api/query", "/api/queries/summary", "/api/queries/summary/text"])
def test_a_request_that_is_none_is_refused_with_the_reason(client, path, body):
    answer = client.post(path, content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_a_value_that_a_parameter_cannot_have_is_refused(client):
    answer = client.post("/api/queries/summary", json={"parameters": {"since": "now() or true"}})
    assert answer.status_code == 400
    assert "since" in answer.json()["error"]["message"]


def test_half_a_character_is_no_failure(client):
    answer = client.post("/api/queries/summary", content=r'{"parameters": {"experiment": "\ud800"}}')
    assert answer.status_code == 200


def test_nothing_can_be_written_or_read_from_this_machine(client):
    assert "error" in ask(client, ".drop table traces").json()
    assert "error" in ask(client, "['/etc/passwd'] | take 1").json()


def test_the_saved_queries_come_with_their_charts_and_the_themes(client):
    found = client.get("/api/queries").json()
    assert {query["name"] for query in found["queries"]} == {path.stem for path in QUERIES.glob("*.kql")}
    charts = {query["name"]: query["chart"] for query in found["queries"]}
    assert charts["status_over_time"]["data"] == {"name": "rows"} and charts["run_details"] is None
    assert set(found["themes"]) == {"light", "dark"}


def test_the_number_of_records_changes_when_something_is_recorded(client, store):
    before = client.get("/api/changes").json()
    store.accept([{"iKey": "", "name": "x", "time": "2024-03-01T00:00:00Z",
                   "data": {"baseType": "MessageData", "baseData": {"message": "hello", "ver": 2}}}], NOON)
    assert before == {"records": 0}
    assert client.get("/api/changes").json() == {"records": 1}


@pytest.mark.parametrize("path", [
    "/static/missing.js", "/static/..%2Froutes.py", "/static/%2e%2e/routes.py", "/nowhere"])
def test_only_the_pages_own_files_are_served(client, path):
    assert client.get(path).status_code == 404


def test_the_page_names_no_other_place(client):
    page = client.get("/").text
    assert "://" not in page
    assert client.get("/static/style.css").headers["content-type"].startswith("text/css")


def test_vega_is_a_module_from_here(client):
    answer = client.get("/vendor/vega.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "as vegaEmbed" in answer.text
