"""Functions that answer HTTP, as Microsoft's host was seen to call them."""
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from local_azure.functions_host.models import FunctionApp
from local_azure.functions_host.routes import REASON_HEADER, Keys
from tests.local_azure.functions_host.test_routes import KEY, send, serve

KEYS = Keys.of(KEY)
FUNCTION = {"x-functions-key": KEYS.function}
SOURCE = """
import json

@app.route("things/{name}/parts/{*rest}", methods=["POST"])
def Tell(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(json.dumps({
        "method": req.method, "url": req.url, "route": dict(req.route_params), "query": dict(req.params),
        "body": req.get_body().decode(), "type": req.headers.get("Content-Type")}),
        status_code=202, headers={"Location": "there"}, mimetype="application/json")

@app.route()
def Named(req: func.HttpRequest) -> str:
    return "plain"

@app.route("open", auth_level=func.AuthLevel.ANONYMOUS)
def Open(req: func.HttpRequest) -> str:
    return "to all"

@app.route("shut", auth_level=func.AuthLevel.ADMIN)
def Shut(req: func.HttpRequest) -> str:
    return "to few"

@app.route("fails")
def Fail(req: func.HttpRequest) -> str:
    raise ValueError("no luck")

@app.route("nothing")
def Nothing(req: func.HttpRequest) -> str:
    return None

@app.route("number")
def Number(req: func.HttpRequest) -> str:
    return 5
"""


class Client:
    def __init__(self, app, threads):
        self._app = serve(app, threads)

    def request(self, method, path, **given):
        return send(self._app, method, path, **given)

    def get(self, path, **given):
        return self.request("GET", path, **given)

    def post(self, path, **given):
        return self.request("POST", path, **given)


@pytest.fixture
def client(load):
    app, _ = load(SOURCE)
    with ThreadPoolExecutor(2) as threads:
        yield Client(app, threads)


def test_a_function_gets_the_request_and_its_answer_is_sent(client):
    answer = client.post("/api/things/a%20b/parts/c/d?x=1", content=b'{"y": 2}',
                         headers={**FUNCTION, "Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["location"], answer.headers["content-type"]) == (
        202, "there", "application/json")
    assert answer.json() == {"method": "POST", "url": "https://host/api/things/a%20b/parts/c/d?x=1",
                             "route": {"name": "a b", "rest": "c/d"}, "query": {"x": "1"}, "body": '{"y": 2}',
                             "type": "application/json"}


def test_a_chunked_body_arrives_empty(client):
    async def parts():
        yield b'{"y"'
        yield b": 2}"
    answer = client.post("/api/things/a/parts/b", content=parts(), headers=FUNCTION)
    assert answer.json()["body"] == ""


def test_a_text_is_an_answer_and_a_route_is_the_name_without_one(client):
    answer = client.get("/api/Named", headers=FUNCTION)
    assert (answer.status_code, answer.text) == (200, "plain")


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/api/things/a/parts/b"), ("POST", "/api/things/parts/b"), ("GET", "/Named"), ("GET", "/api/none")])
def test_another_method_or_route_is_not_found(client, method, path):
    answer = client.request(method, path, headers=FUNCTION)
    assert (answer.status_code, answer.content) == (404, b"")


def test_the_case_of_a_route_does_not_matter(client):
    assert client.get("/API/named", headers=FUNCTION).text == "plain"


@pytest.mark.parametrize(("path", "key", "status"), [
    ("Named", None, 401), ("Named", "wrong", 401), ("Named", KEYS.system, 401), ("Named", KEYS.function, 200),
    ("Named", KEYS.master, 200), ("open", None, 200), ("shut", KEYS.function, 401), ("shut", KEYS.master, 200)])
@pytest.mark.parametrize("place", ["header", "query"])
def test_who_may_call(client, path, key, status, place):
    given = {} if key is None else {"headers": {"x-functions-key": key}} if place == "header" else {
        "params": {"code": key}}
    answer = client.get(f"/api/{path}", **given)
    assert answer.status_code == status
    assert (answer.content == b"") == (status == 401)


@pytest.mark.parametrize("path", ["fails", "nothing", "number"])
def test_what_is_no_answer_is_a_500_without_a_body(client, path):
    answer = client.get(f"/api/{path}", headers=FUNCTION)
    assert (answer.status_code, answer.content) == (500, b"")
    assert ("no%20luck" in answer.headers.get(REASON_HEADER, "")) == (path == "fails")


def test_a_body_over_the_limit_is_refused(client, monkeypatch):
    monkeypatch.setattr("local_azure.functions_host.http_functions.MOST_BYTES", 10)
    posted = [client.post("/api/things/a/parts/b", content=b"x" * size, headers=FUNCTION) for size in (10, 11)]
    assert [answer.status_code for answer in posted] == [202, 500]


def test_host_json_can_change_what_routes_begin_with(write_app, load):
    folder = write_app(SOURCE)
    (folder / "host.json").write_text(json.dumps({"extensions": {"http": {"routePrefix": ""}}}))
    app, _ = load(SOURCE)
    assert isinstance(app, FunctionApp)
    with ThreadPoolExecutor(1) as threads:
        assert Client(app, threads).get("/Named", headers=FUNCTION).text == "plain"
