"""The dashboard answers whoever has the key, on this machine, in its own page."""
import pytest

from tests.dashboard.conftest import Client


def test_the_key_is_exchanged_for_a_cookie_and_leaves_the_address(stranger, key):
    answer = stranger.get("/", params={"key": key, "run": "a b", "time": "3d"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?run=a+b&time=3d")
    assert {"HttpOnly", "SameSite=strict"} <= set(answer.headers["set-cookie"].split("; "))
    cookie = answer.headers["set-cookie"].split(";")[0]
    assert stranger.get("/", headers={"cookie": cookie}).status_code == 200
    assert stranger.get("/", params={"key": key}).headers["location"] == "/"


@pytest.mark.parametrize("path", [
    "/", "/?key=wrong", "/?key=%C3%A9", "/static/main.js", "/vendor/vega.js", "/api/queries", "/api/changes"])
def test_without_the_cookie_nothing_is_shown(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 401
    assert "carries a key" in answer.text


@pytest.mark.parametrize("cookie", [
    "dashboard-8000=wrong", "dashboard-8001=0123456789abcdef", 'dashboard-8000="', "a[=b; ;", "é"])
def test_another_cookie_is_none(stranger, cookie):
    assert stranger.get("/", headers={"cookie": cookie.encode()}).status_code == 401


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1", "127.0.0.1:8001", ""])
def test_a_name_that_was_made_to_lead_here_is_refused(client, host):
    assert client.get("/", headers={"host": host}).status_code == 421


@pytest.fixture
def application_at_80(application):
    """As a server gives it requests that came to port 80, which this test could not listen on."""
    async def at_80(scope, receive, send):
        await application({**scope, "server": ("127.0.0.1", 80)}, receive, send)
    return at_80


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.1:80", "localhost:80"])
def test_at_the_port_that_browsers_leave_out_it_answers_its_own_address(application_at_80, key, host):
    client = Client(application_at_80, {"cookie": f"dashboard-80={key}", "host": host})
    assert client.get("/").status_code == 200
    answer = client.post("/api/query", json={"query": "traces | count"}, headers={"origin": f"http://{host}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1:8000"])
def test_a_name_that_was_made_to_lead_to_that_port_is_refused(application_at_80, key, host):
    client = Client(application_at_80, {"cookie": f"dashboard-80={key}", "host": host})
    assert client.get("/").status_code == 421


def test_localhost_is_a_name_of_it(client):
    assert client.get("/", headers={"host": "localhost:8000"}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:8001", "null"])
def test_other_pages_of_the_browser_are_refused(client, origin):
    """A cookie that is the same site's reaches every port of this machine."""
    answer = client.post("/api/query", json={"query": "traces | count"}, headers={"origin": origin})
    assert answer.status_code == 403


def test_the_page_itself_is_answered(client):
    answer = client.post("/api/query", json={"query": "traces | count"}, headers={"origin": "http://127.0.0.1:8000"})
    assert answer.json()["rows"] == [[0]]


@pytest.mark.parametrize("path", ["/", "/static/main.js", "/api/queries", "/static/missing.js"])
def test_every_answer_forbids_what_is_not_the_pages_own(client, path):
    policy = client.get(path).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy and "http" not in policy
