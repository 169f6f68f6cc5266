"""Repositories, plans and the right to ask, through a real HTTP client."""
import base64
import io
import subprocess
import zipfile

import pytest

from tests.local_azure.devops.conftest import ENTRA_TOKEN, PERSONAL_TOKEN

ITEMS = "/org/sales/_apis/git/repositories/notebooks/items"


def get_items(client, path=ITEMS, **query):
    names = {"version": "versionDescriptor.version", "kind": "versionDescriptor.versionType"}
    return client.get(path, params={
        "$format": "zip", "download": "true", "recursionLevel": "full", "zipForUnix": "true", "api-version": "7.1",
        **{names.get(name, name): value for name, value in query.items()}})


def files(answer):
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if not name.endswith("/")}


def git(folder, *arguments):
    done = subprocess.run(
        ["git", "-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false", "-C", folder, *arguments],
        check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def commits(folder):
    """Makes the folder a Git repository: two commits on `main`, the first with the tag `v1`; their ids."""
    git(folder, "init", "--quiet", "--initial-branch", "main")
    ids = []
    for text in ("first", "second"):
        (folder / "README.md").write_text(text)
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "--message", text)
        ids.append(git(folder, "rev-parse", "HEAD"))
    git(folder, "tag", "v1", ids[0])
    return ids


def test_a_folder_is_a_repository_of_one_branch(client):
    everything = {"README.md": "read me", "reports/one.ipynb": "{}"}
    assert files(get_items(client)) == files(get_items(client, version="main", scopePath="/")) == everything
    assert files(get_items(client, scopePath="/reports")) == {"reports/one.ipynb": "{}"}
    assert files(get_items(client, scopePath="/README.md")) == {"README.md": "read me"}


@pytest.mark.parametrize(("version", "kind", "text"), [
    ("", "branch", "second"), ("main", "branch", "second"), ("v1", "tag", "first"), ("{first}", "commit", "first")])
def test_a_git_repository_has_branches_tags_and_commits(client, commits, version, kind, text):
    answer = get_items(client, version=version.format(first=commits[0]), kind=kind)
    assert files(answer) == {"README.md": text, "reports/one.ipynb": "{}"}


def test_a_folder_of_a_git_repository_is_a_part_of_it(client, commits):
    assert files(get_items(client, scopePath="/reports")) == {"reports/one.ipynb": "{}"}


@pytest.mark.parametrize(("query", "code"), [
    ({"version": "none"}, "TF401175"), ({"version": "v1", "kind": "branch"}, "TF401175"),
    ({"version": "0" * 40, "kind": "commit"}, "TF401175"), ({"scopePath": "/none"}, "TF401174")])
def test_what_a_git_repository_does_not_have_is_not_found(client, commits, query, code):
    answer = get_items(client, **query)
    assert (answer.status_code, answer.json()["message"][:8]) == (404, code)


@pytest.mark.parametrize(("git_does", "said"), [
    ("echo \"fatal: detected dubious ownership in repository at '/r'\nTo add an exception for this directory, call:\n\n"
     "\tgit config --global --add safe.directory /r\" >&2; exit 128",
     "detected dubious ownership in repository at '/r' To add an exception for this directory, call: git config "
     "--global --add safe.directory /r"),
    ("exit 3", "git ended with exit code 3"), (None, "git cannot be run")], ids=["another's", "exit code", "no git"])
def test_why_a_repository_cannot_be_read_is_told(client, folder, tmp_path, monkeypatch, git_does, said):
    (folder / ".git").mkdir()
    programs = tmp_path / "programs"
    programs.mkdir()
    if git_does:
        (programs / "git").write_text(f"#!/bin/sh\n{git_does}\n")
        (programs / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    answer = get_items(client)
    assert answer.status_code == 400
    assert f"The repository {folder} of this machine cannot be read: " in answer.json()["message"]
    assert said in answer.json()["message"]


@pytest.mark.parametrize(("query", "status_code"), [
    ({"version": "dev"}, 404), ({"version": "main", "kind": "tag"}, 404), ({"scopePath": "/none"}, 404),
    ({"scopePath": "/../repository"}, 400), ({"version": "main", "kind": "commit"}, 400), ({"$format": "json"}, 400),
    ({"version": "main", "kind": "other"}, 400)])
def test_what_a_folder_does_not_have_is_refused(client, query, status_code):
    assert get_items(client, **query).status_code == status_code


def test_a_repository_that_is_not_there_is_not_found(client):
    answer = get_items(client, ITEMS.replace("notebooks", "none"))
    assert (answer.status_code, answer.json()["message"][:8]) == (404, "TF401019")


@pytest.fixture
def place(plan):
    """Where the task reports, made of what it was told."""
    told = plan.properties("/org/")
    return f"/org/{told['ProjectId']}/_apis/distributedtask/hubs/{told['HubName']}/plans/{told['PlanId']}"


@pytest.fixture
def task(client, plan):
    """The client, with the token that the task was given."""
    client.headers["Authorization"] = f"Bearer {plan.properties('')['AuthToken']}"
    return client


def complete(task, place, plan, **changes):
    return task.post(f"{place}/events", params={"api-version": "2.0-preview.1"}, json={
        "name": "TaskCompleted", "taskId": plan.task_id, "jobId": plan.job_id, "result": "succeeded", **changes})


def states(task, place, plan):
    records = task.get(f"{place}/timelines/{plan.timeline_id}/records").json()["value"]
    return {record["type"]: (record["state"], record["result"]) for record in records}


def test_a_task_is_completed_by_its_event(task, place, plan):
    assert states(task, place, plan)["Task"] == ("inProgress", None)
    assert complete(task, place, plan, result="failed").status_code == 204
    assert states(task, place, plan) == {"Job": ("completed", "failed"), "Task": ("completed", "failed")}


def test_a_plan_that_was_cancelled_stays_so_whatever_comes_later(task, place, plan):
    plan.end("canceled")
    complete(task, place, plan)
    assert states(task, place, plan)["Task"] == ("completed", "canceled")
    assert len(plan.events) == 1


@pytest.mark.parametrize(("changes", "status_code"), [
    ({"result": "good"}, 400), ({"name": ""}, 400), ({"taskId": "another"}, 404)])
def test_an_event_that_completes_nothing_is_refused(task, place, plan, changes, status_code):
    assert complete(task, place, plan, **changes).status_code == status_code
    assert states(task, place, plan)["Task"] == ("inProgress", None)


def test_a_log_is_made_filled_and_linked(task, place, plan):
    made = task.post(f"{place}/logs", json={"path": f"logs\\{plan.task_id}"}).json()
    for part in ("one\n", "two é\n"):
        task.post(f"{place}/logs/{made['id']}", content=part.encode(),
                  headers={"Content-Type": "application/octet-stream"}).raise_for_status()
    records = f"{place}/timelines/{plan.timeline_id}/records"
    linked = task.patch(records, json={"value": [{"id": plan.task_id, "log": made}], "count": 1}).json()
    assert (linked["value"][0]["log"], linked["value"][0]["state"]) == (made, "inProgress")
    assert task.get(f"{place}/logs/{made['id']}").text == "one\ntwo é\n"


def test_lines_of_the_console_are_kept(task, place, plan):
    feed = f"{place}/timelines/{plan.timeline_id}/records/{plan.job_id}/feed"
    assert task.post(feed, json={"value": ["one", "two"], "count": 2}).status_code == 204
    assert plan.feed == ["one", "two"]


@pytest.mark.parametrize(("path", "body", "status_code"), [
    ("/logs", {}, 400), ("/logs/9", {}, 404), ("/timelines/{timeline}/records/none/feed", {"value": []}, 404),
    ("/timelines/{timeline}/records/{job}/feed", {"value": "text"}, 400),
    ("/timelines/none/records/{job}/feed", {"value": []}, 404)])
def test_what_a_plan_cannot_take_is_refused(task, place, plan, path, body, status_code):
    answer = task.post(place + path.format(timeline=plan.timeline_id, job=plan.job_id), json=body)
    assert answer.status_code == status_code


def test_records_need_ids(task, place, plan):
    assert task.patch(f"{place}/timelines/{plan.timeline_id}/records", json={"value": [{}]}).status_code == 400


@pytest.mark.parametrize("part", [1, 2, 3])
def test_a_plan_is_found_in_its_own_place_alone(task, place, plan, part):
    own = (plan.project_id, "hubs/build", plan.plan_id)[part - 1]
    assert complete(task, place.replace(own, own[:-1] + "x"), plan).status_code == 404


@pytest.mark.parametrize("header", [
    f"Bearer {ENTRA_TOKEN}", "Basic " + base64.b64encode(f":{ENTRA_TOKEN}".encode()).decode(),
    "Basic " + base64.b64encode(f"me:{PERSONAL_TOKEN}".encode()).decode()])
def test_a_token_opens_as_bearer_and_as_password(client, header):
    assert get_items(client).status_code == 200
    client.headers["Authorization"] = header
    assert get_items(client).status_code == 200


@pytest.mark.parametrize("header", ["Bearer guessed", "Basic guessed", "Basic Og==", "Other"])
def test_a_token_that_is_not_good_gets_a_page_to_sign_in(client, header):
    client.headers["Authorization"] = header
    answer = get_items(client)
    assert (answer.status_code, "Sign In" in answer.text) == (203, True)


def test_the_token_of_a_task_ends(task, clock):
    assert get_items(task).status_code == 200
    clock.advance(86_400)
    assert get_items(task).status_code == 203


def test_nothing_is_open_without_a_token(client):
    del client.headers["Authorization"]
    assert get_items(client).status_code == 401
