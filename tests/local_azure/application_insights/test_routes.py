import asyncio
import gzip
import json
import logging
import threading
import time
from datetime import datetime, timezone

import httpx
import pytest
import uvicorn
from opencensus.ext.azure.log_exporter import AzureLogHandler
from starlette.applications import Starlette

from local_azure.application_insights.routes import routes

QUERY_KEY = "query-key"
KEY = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def app(store):
    return Starlette(routes=routes(store, QUERY_KEY, lambda token: token == "of Entra ID"))


@pytest.fixture
def post(app):
    def send(path: str, authorization: str | None = f"Bearer {QUERY_KEY}", headers=None, **body) -> httpx.Response:
        credentials = {} if authorization is None else {"Authorization": authorization.encode()}

        async def exchange() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
                return await client.post(f"http://insights{path}", headers=credentials | (headers or {}), **body)
        return asyncio.run(exchange())
    return send


@pytest.fixture
def fresh(trace):
    """A trace of this moment, for the service's clock is the real one."""
    return lambda **fields: trace(time=datetime.now(timezone.utc).isoformat(), **fields)


@pytest.mark.parametrize("path", ["/v2.1/track", "/v2/track", "//v2.1/track", "//v2/track"])
def test_telemetry_is_accepted_at_either_version_and_after_a_doubled_slash(post, store, fresh, path):
    response = post(path, json=[fresh(), fresh()])
    assert (response.status_code, response.json()) == (200, {"itemsReceived": 2, "itemsAccepted": 2, "errors": []})
    assert store.counts()["traces"] == 2


def test_a_single_item_needs_no_array(post, fresh):
    assert post("/v2.1/track", json=fresh()).json()["itemsAccepted"] == 1


def test_a_body_may_be_compressed(post, fresh):
    body = gzip.compress(json.dumps([fresh()]).encode())
    assert post("/v2.1/track", content=body, headers={"Content-Encoding": "gzip"}).json()["itemsAccepted"] == 1


def test_a_body_may_be_lines_of_json(post, fresh):
    body = "\n".join(json.dumps(item) for item in (fresh(), fresh())) + "\n"
    response = post("/v2.1/track", content=body, headers={"Content-Type": "application/x-json-stream"})
    assert response.json()["itemsAccepted"] == 2


def test_some_accepted_is_206_with_the_others_named(post, fresh):
    response = post("/v2.1/track", json=[fresh(), fresh(iKey="other")])
    assert (response.status_code, response.json()) == (206, {
        "itemsReceived": 2, "itemsAccepted": 1,
        "errors": [{"index": 1, "statusCode": 400, "message": "Invalid instrumentation key"}],
    })


def test_none_accepted_is_400(post, fresh):
    response = post("/v2.1/track", json=[fresh(iKey="other")])
    assert (response.status_code, response.json()["itemsAccepted"]) == (400, 0)


@pytest.mark.parametrize("items", [["x" * 100], []])
def test_what_does_not_name_the_key_is_refused_before_it_is_unpacked(post, items):
    body = gzip.compress(json.dumps(items).encode(), mtime=0)
    response = post("/v2.1/track", content=body, headers={"Content-Encoding": "gzip"})
    assert (response.status_code, response.json()["errors"][0]["message"]) == (400, "Invalid instrumentation key")


@pytest.mark.parametrize("pack, headers", [
    (lambda parts: b"".join(parts), {}),
    (lambda parts: gzip.compress(b"".join(parts), 1, mtime=0), {"Content-Encoding": "gzip"}),
    (lambda parts: b"".join(gzip.compress(part, 1, mtime=0) for part in parts), {"Content-Encoding": "gzip"}),
])
def test_more_than_64_mb_is_refused_however_small_it_is_packed(post, key, pack, headers):
    body = pack([json.dumps([key]).encode(), b" " * (64 << 20)])
    response = post("/v2.1/track", content=body, headers=headers)
    assert (response.status_code, response.json()["errors"][0]["message"]) == (
        413, "The body is larger than 64 MB")


def test_a_body_may_be_packed_in_parts(post, fresh):
    text = json.dumps([fresh(), fresh()]).encode()
    body = gzip.compress(text[:50]) + gzip.compress(text[50:])
    assert post("/v2.1/track", content=body, headers={"Content-Encoding": "gzip"}).json()["itemsAccepted"] == 2


@pytest.mark.parametrize("body, headers", [
    (b"", {}), (b"{", {}), (b"\xff\xfe", {}), (b"[" * 100_000, {}),
    (b"no gzip", {"Content-Encoding": "gzip"}),
    (gzip.compress(KEY.encode(), mtime=0)[:-9], {"Content-Encoding": "gzip"}),
])
def test_a_body_that_is_no_json_is_400_in_the_same_shape(post, body, headers):
    response = post("/v2.1/track", content=body, headers=headers)
    assert response.status_code == 400
    assert response.json()["itemsReceived"] == 0
    assert response.json()["errors"][0]["message"].startswith("The body is not valid JSON")


def test_v2_answers_a_query_in_frames(post, fresh):
    post("/v2.1/track", json=fresh(properties={"number": "5"}))
    query = {"db": "appinsights", "csl": "traces | project message, customDimensions, t = datetime(2020-01-01)"}
    frames = post("/v2/rest/query", json=query).json()
    [primary] = [frame for frame in frames if frame.get("TableKind") == "PrimaryResult"]
    assert [column["ColumnType"] for column in primary["Columns"]] == ["string", "dynamic", "datetime"]
    assert primary["Rows"] == [["hello", {"number": "5"}, "2020-01-01T00:00:00.000000Z"]]


@pytest.mark.parametrize("path, csl", [("/v1/rest/query", "print 1"), ("/v1/rest/mgmt", ".show tables | count")])
def test_v1_answers_a_query_in_tables(post, path, csl):
    [table] = post(path, json={"db": "appinsights", "csl": csl}).json()["Tables"]
    assert table["Columns"][0]["ColumnType"] == "long"
    assert len(table["Rows"]) == 1


@pytest.mark.parametrize("token", [QUERY_KEY, "of Entra ID"])
def test_azure_s_own_api_answers_in_tables_too(post, token):
    response = post("/v1/apps/any/query", f"Bearer {token}", json={"query": "print a = 1, b = 'x'"})
    assert response.json() == {"tables": [{"name": "PrimaryResult", "rows": [[1, "x"]], "columns": [
        {"name": "a", "type": "long"}, {"name": "b", "type": "string"}]}]}


@pytest.mark.parametrize("wrap", [dict, json.dumps])
def test_query_parameters_may_come_as_an_object_or_as_text(post, wrap):
    query = {"csl": "declare query_parameters(a: long); print a", "properties": wrap({"Parameters": {"a": 7}})}
    assert post("/v1/rest/query", json=query).json()["Tables"][0]["Rows"] == [[7]]


@pytest.mark.parametrize("authorization", [
    None, "", QUERY_KEY, "Bearer", "Bearer wrong", f"Basic {QUERY_KEY}", "Bearer é",
])
def test_a_query_needs_the_key(post, authorization):
    response = post("/v2/rest/query", authorization, json={"csl": "traces"})
    assert (response.status_code, response.json()["error"]["code"]) == (401, "Unauthorized")


@pytest.mark.parametrize("body", [
    b"", b"[]", b"{}", b'{"csl": 5}', b'{"csl": "\\ud800"}', b'{"csl": "traces | where nope == 1"}',
    b'{"csl": "print 1", "properties": [1]}', b'{"csl": "print 1", "properties": {"Parameters": [1]}}',
])
def test_a_request_that_cannot_be_answered_is_400_with_kustos_error(post, body):
    response = post("/v2/rest/query", content=body)
    assert response.status_code == 400
    assert response.json()["error"]["@message"]


@pytest.mark.parametrize("query, inner", [
    ("traces\n| where nope == 1", {
        "code": "SemanticError", "message": "A semantic error occurred.", "innererror": {
            "code": "SEM0100", "line": 2, "pos": 9,
            "message": "Failed to resolve table or column expression named 'nope' (line 2, column 9)"}}),
    ("traces | wherex a", {
        "code": "SyntaxError", "message": "A recognition error occurred in the query.", "innererror": {
            "code": "SYN0002", "line": 1, "pos": 8,
            "message": "Syntax error: mismatched input '|' (line 1, column 8)"}}),
    (5, {"code": "QueryValidationError", "message": "the request has no query in 'csl' or 'query'"}),
])
def test_azure_s_own_api_refuses_in_its_own_words(post, query, inner):
    response = post("/v1/apps/any/query", json={"query": query})
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["message"]) == (
        400, "BadArgumentError", "The request had some invalid properties")
    assert error["innererror"] == inner


@pytest.fixture
def ingestion_endpoint(app):
    """The address of a server for the app, with the slash at its end that real endpoints have."""
    server = uvicorn.Server(uvicorn.Config(app, http="h11", host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    server.should_exit = True
    thread.join()


def test_the_real_opencensus_handler_delivers(monkeypatch, store, key, ingestion_endpoint):
    monkeypatch.setenv("APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL", "True")
    handler = AzureLogHandler(
        connection_string=f"InstrumentationKey={key};IngestionEndpoint={ingestion_endpoint}", enable_local_storage=False
    )
    record = {"msg": "run ended ü", "levelno": logging.INFO, "custom_dimensions": {"run_id": "r1", "number": 7}}
    handler.handle(logging.makeLogRecord(record))
    handler.close()
    answer = store.query("traces | project message, tostring(customDimensions.run_id), toint(customDimensions.number)")
    assert answer.rows == (("run ended ü", "r1", 7),)
