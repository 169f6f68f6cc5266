"""The page that people see."""
import base64

import pytest

from tests.dashboard import chromium
from tests.local_azure.devops.conftest import PERSONAL_TOKEN

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def filled(client, plan):
    runs = "/org/sales/_apis/test/runs"
    client.post(runs, json={"name": f"notebooks {EVIL}"})
    client.post(f"{runs}/1/results", json=[
        {"testCaseTitle": "one.ipynb: cell 1", "outcome": "Passed", "durationInMs": 1234},
        {"testCaseTitle": "one.ipynb: cell 2", "outcome": "Failed", "errorMessage": f"ValueError {EVIL}",
         "stackTrace": "line 1"}])
    for place, name in (("", "run.html"), ("/Results/100001", "cell.txt")):
        client.post(f"{runs}/1{place}/attachments", json={
            "stream": base64.b64encode(EVIL.encode()).decode(), "fileName": name})
    plan.feed.append(f"took the message {EVIL}")


def test_a_person_finds_runs_results_attachments_and_plans(filled, url):
    with chromium.launch() as browser:
        page = browser.new_page(ignore_https_errors=True)
        page.on("dialog", lambda dialog: pytest.fail("a script ran"))
        page.goto(f"{url}/?key={PERSONAL_TOKEN}")
        assert "took the message <script>" in page.inner_text("body")
        assert page.inner_text("tr:nth-child(2)").split("\t") == [
            "1", "sales", f"notebooks {EVIL}", "InProgress", "1", "1", "2"]
        page.click("td a")
        assert page.inner_text("h1") == f"Run 1: notebooks {EVIL}"
        rows = page.locator("tr").all_inner_texts()
        assert rows[1].startswith("Passed\tone.ipynb: cell 1\t1.234 s")
        assert "ValueError <script>" in rows[2] and "line 1" in rows[2] and "cell.txt (25 bytes)" in rows[2]
        with page.expect_download() as downloading:
            page.click("text=run.html")
        assert downloading.value.suggested_filename == "run.html"


def test_an_organisation_without_anything_says_so(client):
    text = client.get("/", params={"key": PERSONAL_TOKEN}).text
    assert "No test run was created yet." in text and "No task was started yet." in text


@pytest.mark.parametrize("path", ["/", "/org/sales/_testManagement/runs?runId=1",
                                  "/org/sales/_testManagement/runs/1/attachments/1"])
def test_the_page_is_for_those_who_have_the_key(client, filled, path):
    assert client.get(path).status_code == 401
    assert client.get(path, params={"key": "guessed"}).status_code == 401


def test_a_run_that_is_not_there_is_not_found(client):
    for named in ({"runId": "9"}, {}):
        answer = client.get("/org/sales/_testManagement/runs", params={**named, "key": PERSONAL_TOKEN})
        assert answer.status_code == 404
