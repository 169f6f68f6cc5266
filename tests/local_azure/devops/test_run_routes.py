"""Test runs, results and attachments through a real HTTP client."""
import base64

import pytest

RUNS = "/org/sales/_apis/test/runs"
TOO_LARGE = 104_857_601


@pytest.fixture
def run(client):
    """The path of a run."""
    created = client.post(RUNS, json={"name": "notebooks", "automated": True, "build": {"id": 7}})
    return f"{RUNS}/{created.json()['id']}"


def attach(client, place, content=b"{}", **fields):
    return client.post(f"{place}/attachments", params={"api-version": "7.1"}, json={
        "stream": base64.b64encode(content).decode(), "fileName": "one.ipynb", "comment": "executed",
        "attachmentType": "GeneralAttachment", **fields})


def test_a_run_is_created_updated_and_shown(client, url):
    created = client.post(RUNS, params={"api-version": "7.1"}, json={"name": "notebooks", "automated": True,
                                                                     "state": "InProgress", "tags": [{"name": "a"}]})
    run = created.json()
    assert (created.status_code, run["id"], run["state"], run["totalTests"]) == (200, 1, "InProgress", 0)
    assert run["webAccessUrl"] == f"{url}/org/sales/_testManagement/runs?runId=1&_a=runCharts"
    updated = client.patch(f"{RUNS}/1", json={"state": "Completed", "substate": "timedOut", "comment": "c"}).json()
    assert (updated["state"], updated["substate"], updated["comment"]) == ("Completed", "timedOut", "c")
    assert client.get(run["url"]).json() == updated
    assert client.get(RUNS).json() == {"count": 1, "value": [updated]}


def test_results_are_added_in_their_order_updated_by_their_ids_and_counted(client, run):
    added = client.post(f"{run}/results", json=[
        {"testCaseTitle": "cell 1", "outcome": "Passed", "state": "Completed", "durationInMs": 12},
        {"testCaseTitle": "cell 2", "outcome": "Failed", "errorMessage": "e", "stackTrace": "s" * 1000}])
    assert added.json() == {"count": 2, "value": [{"id": 100_000}, {"id": 100_001}]}
    changed = client.patch(f"{run}/results", json=[{"id": 100_001, "outcome": "Passed", "comment": "mended"}])
    assert changed.json() == {"count": 1, "value": [{"id": 100_001}]}
    second = client.get(f"{run}/results").json()["value"][1]
    assert (second["testCaseTitle"], second["outcome"], second["comment"]) == ("cell 2", "Passed", "mended")
    shown = client.get(run).json()
    assert (shown["totalTests"], shown["passedTests"]) == (2, 2)


def test_results_come_in_pages(client, run):
    for _ in range(6):
        client.post(f"{run}/results", json=[{"testCaseTitle": "cell"}] * 200)

    def numbers(**query):
        listed = client.get(f"{run}/results", params=query).json()["value"]
        return len(listed), listed and listed[0]["id"]

    assert numbers() == (1_000, 100_000)
    assert numbers(**{"$skip": 1_000, "$top": 1_000}) == (200, 101_000)
    assert numbers(**{"$skip": 1_199, "$top": 5}) == (1, 101_199)
    assert numbers(**{"$skip": 1_200}) == (0, [])
    assert client.get(RUNS, params={"$skip": 1}).json() == {"count": 0, "value": []}


@pytest.mark.parametrize("query", [{"$top": 1_001}, {"$skip": -1}, {"$top": "all"}])
def test_pages_that_the_service_does_not_give_are_refused(client, run, query):
    assert client.get(f"{run}/results", params=query).status_code == 400


def test_files_are_attached_to_a_run_and_to_a_result(client, run):
    client.post(f"{run}/results", json=[{"testCaseTitle": "cell 1"}])
    of_run, of_result = attach(client, run, b"\x00run"), attach(client, f"{run}/Results/100000", b"result")
    assert [of_run.json()["id"], of_result.json()["id"]] == [1, 2]
    listed = client.get(f"{run}/attachments").json()["value"]
    assert listed == [{"id": 1, "fileName": "one.ipynb", "comment": "executed", "size": 4}]
    assert [each["id"] for each in client.get(f"{run}/Results/100000/attachments").json()["value"]] == [2]
    downloaded = client.get(of_run.json()["url"])
    assert (downloaded.content, downloaded.headers["content-disposition"]) == (
        b"\x00run", 'attachment; filename="one.ipynb"')


def test_the_name_of_a_file_is_no_header_of_its_own(client, run):
    answer = attach(client, run, fileName='a"\r\nX: b/é')
    name = client.get(answer.json()["url"]).headers["content-disposition"]
    assert name == 'attachment; filename="a___X_ b_?"'


@pytest.mark.parametrize("body", [{}, {"name": ""}, [], {"name": "n", "state": "Done"}, {"name": "n" * 257},
                                  {"name": "n", "tags": [{}] * 6}, {"name": "n", "comment": "c" * 1001}])
def test_a_run_that_cannot_be_is_refused_with_a_text(client, body):
    answer = client.post(RUNS, json=body)
    assert answer.status_code == 400 and answer.json()["message"]
    assert client.get(RUNS).json()["count"] == 0


@pytest.mark.parametrize("results", [
    {}, [], ["a"], [{"outcome": "Good"}], [{"state": "Done"}], [{"testCaseTitle": "a"}, {"stackTrace": "s" * 1001}],
    [{"comment": "c" * 1001}]])
def test_of_results_that_cannot_be_none_is_added(client, run, results):
    assert client.post(f"{run}/results", json=results).status_code == 400
    assert client.get(f"{run}/results").json()["count"] == 0


def test_a_result_that_is_not_there_cannot_be_updated(client, run):
    client.post(f"{run}/results", json=[{"outcome": "Failed"}])
    answer = client.patch(f"{run}/results", json=[{"id": 100_000, "outcome": "Passed"}, {"id": 100_001}])
    assert answer.status_code == 404
    assert client.get(f"{run}/results").json()["value"][0]["outcome"] == "Failed"


@pytest.mark.parametrize("fields", [{"stream": "no base64"}, {"stream": None}, {"fileName": ""},
                                    {"attachmentType": "Picture"}])
def test_an_attachment_that_cannot_be_is_refused(client, run, fields):
    assert attach(client, run, **fields).status_code == 400


@pytest.mark.parametrize("place", [f"{RUNS}/99", "/org/other/_apis/test/runs/1", f"{RUNS}/1/attachments/9"])
def test_what_is_not_there_is_not_found(client, run, place):
    assert client.get(place).status_code == 404
    assert attach(client, f"{run}/Results/100009").status_code == 404


def test_a_body_that_is_no_json_or_too_large_is_refused(client, run):
    assert client.post(RUNS, content=b"{").status_code == 400
    assert client.post(f"{run}/attachments", content=b" " * TOO_LARGE).status_code == 413
