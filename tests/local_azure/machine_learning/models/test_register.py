"""What the real azureml-core registers is found by name, version, tag, property and run, and comes back as it was."""
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from local_azure.certificates import trust
from tests.local_azure.machine_learning.living_azure import WORKSPACE, living_azure

PROGRAM = Path(__file__).with_name("register.py")


@pytest.fixture(scope="module")
def azure(tmp_path_factory):
    with living_azure(tmp_path_factory.mktemp("living")) as running:
        yield running


@pytest.fixture(scope="module")
def seen(azure, tmp_path_factory):
    here = os.getcwd()
    os.chdir(tmp_path_factory.mktemp("work"))
    try:
        return azure.client(PROGRAM)
    finally:
        os.chdir(here)


def test_a_model_of_a_run_knows_it(seen):
    run_id = seen["run"]
    assert seen["of run"] == [
        "diabetes:1", {"BuildId": "7", "stage": "qa"}, {"made": "here", "size": "5"}, run_id, "training"]
    assert seen["by run"] == [["diabetes:1"], run_id]


def test_every_registration_is_a_version_of_its_own(seen):
    assert seen["of folder"][:2] == ["diabetes:2", {"BuildId": "8"}]
    assert seen["description"] == "still a folder"
    assert seen["after"] == "diabetes:3"


@pytest.mark.parametrize(("asked", "found"), [
    ("all", ["other:1", "diabetes:2", "diabetes:1"]), ("latest", ["other:1", "diabetes:2"]),
    ("of one name", ["diabetes:2", "diabetes:1"]), ("by tag", ["other:1", "diabetes:2"]),
    ("by name of a tag", ["diabetes:1"]), ("by property", ["diabetes:1"])])
def test_models_are_found_the_last_first(seen, asked, found):
    assert seen[asked] == found


def test_files_come_back_as_they_were(seen):
    assert seen["files"] == [
        {"model.pkl": "first"}, {"packed/model.json": "second", "packed/part/data.txt": "data"}]


def test_what_is_not_there_is_told_as_azure_tells_it(seen):
    assert "ModelNotFound: Model with id diabetes:2" in seen["deleted"]
    assert "ModelNotFound: Model with name none" in seen["unknown"]


def test_a_registration_is_an_event(azure, seen):
    [first, *others] = [event for event in azure.events if event["eventType"].endswith(".ModelRegistered")]
    assert (first["subject"], first["data"]["modelVersion"]) == ("models/diabetes:1", "1")
    assert first["data"]["modelTags"] == {"BuildId": "7", "mse": "3.5"} and len(others) == 3


@pytest.fixture(scope="module")
def client(azure):
    """Asks the registry without an SDK."""
    url = f"{azure.url}/modelmanagement/v1.0{WORKSPACE.arm_id}"
    with httpx.Client(base_url=url, verify=trust(Path(azure.environment["SSL_CERT_FILE"])), trust_env=False,
                      headers={"Authorization": "Bearer token"}) as client:
        yield client


MODEL = {"name": "raced", "url": "aml://asset/1", "mimeType": "application/json"}


def test_builds_that_register_at_once_get_a_version_each(client):
    with ThreadPoolExecutor(8) as builds:
        answers = list(builds.map(lambda build: client.post("/models", json=MODEL | {"kvTags": {"BuildId": build}}),
                                  map(str, range(16))))
    assert sorted(answer.json()["version"] for answer in answers) == list(range(1, 17))
    for answer in answers:
        assert client.get(f"/models/{answer.json()['id']}").json()["kvTags"] == answer.json()["kvTags"]


def test_models_come_in_pages(client):
    registered = client.post("/models", json=MODEL | {"name": "paged"}).json()["version"]
    client.post("/models", json=MODEL | {"name": "paged"})
    page = client.get("/models", params={"name": "paged", "count": 1}).json()
    assert [model["version"] for model in page["value"]] == [registered + 1]
    rest = client.get("/models?" + page["nextLink"].partition("?")[2])  # with the name that was asked for
    assert [model["version"] for model in rest.json()["value"]] == [registered] and rest.json()["nextLink"] is None


@pytest.mark.parametrize(("method", "path", "body", "status", "problem"), [
    ("POST", "/models", [], 400, "has to be an object"), ("POST", "/models", {"name": "a"}, 400, "needs url, mimeType"),
    *(("POST", "/models", MODEL | {"name": name}, 400, "no name of a model") for name in ("../a", "a" * 256, ".a", 7)),
    ("GET", "/models/none:1", None, 404, "Model none:1"), ("GET", "/models?count=many", None, 400, "whole number"),
    ("POST", "/models", MODEL | {"kvTags": 5}, 400, "kvTags has to be an object"),
    ("POST", "/models", MODEL | {"datasets": ["a"]}, 400, "datasets[0] has to be an object"),
    ("POST", "/assets", {"artifacts": [{"id": "a"}]}, 400, "an id or a prefix"),
    ("GET", "/assets/none", None, 404, "Asset none"), ("PATCH", "/models/kept:1", {}, 400, "has to be a list"),
    ("PATCH", "/models/kept:1", [{"op": "remove", "path": "/kvTags"}], 400, "add or replace"),
    ("PATCH", "/models/kept:1", [{"op": "replace", "path": "/version", "value": 2}], 400, "does not change"),
    ("PATCH", "/models/kept:1", [{"op": "add", "path": "/datasets", "value": "a"}], 400, "datasets has to be a list"),
    ("PATCH", "/models/kept:1", [{"op": "add", "path": "/properties", "value": []}], 400,
     "properties has to be an object"),
    ("PATCH", "/models/kept:1", [{"op": "add", "path": "/properties", "value": {"made": "there"}}], 400,
     "Properties of a model do not change: made")])
def test_what_cannot_be_done_is_refused_in_the_shape_of_the_service(client, method, path, body, status, problem):
    client.post("/models", json=MODEL | {"name": "kept", "properties": {"made": "here"}})
    answer = client.request(method, path, json=body)
    assert (answer.status_code, answer.json()["statusCode"]) == (status, status)
    assert problem in answer.json()["message"]
