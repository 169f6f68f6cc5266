"""The requests that change a workspace, without an SDK: what is refused, and what an answer leaves behind."""
import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from local_azure.clock import ManualClock
from local_azure.machine_learning.living import Living, Place
from local_azure.machine_learning.routes import routes
from local_azure.storage.models import BlobStore


@pytest.fixture
def ask(history, tmp_path, workspace):
    """Makes requests, one after the other, waits `until` something holds, and returns the answers; `events` are what
    was published by then."""
    def ask_all(*requests, events=None, until=None):
        async def scenario():
            published = [] if events is None else events
            living = Living(Place(tmp_path, "https://127.0.0.1:1", tmp_path / "ca.pem"),
                            BlobStore(tmp_path / "blobs", "https://127.0.0.1:2"), published.append, ManualClock())
            transport = httpx.ASGITransport(Starlette(routes=routes(history, living=living)))
            async with httpx.AsyncClient(transport=transport, base_url="https://here",
                                         headers={"Authorization": "Bearer token"}) as client:
                answers = [await client.request(method, path.format(ws=workspace.arm_id), json=body)
                           for method, path, body in requests]
                async with asyncio.timeout(10):
                    while until and not until():
                        await asyncio.sleep(0.001)
                await living.stop()
                return answers
        return asyncio.run(scenario())
    return ask_all


RUN = "/history/v1.0{ws}/experiments/flight-delay/runs/new"
SUBMIT = "/execution/v1.0{ws}/experiments/flight-delay/snapshotrun?runId=one"
SNAPSHOT = "/content/v2.0{ws}/snapshots/s"


def snapshot_of(name):
    """A file that is not sent."""
    return {"ParentSnapshotId": "p", "FileRevisionList": {"FileNodes": []},
            "DirTreeNode": {"children": {name: {"type": "File"}}}}


def event(name, **data):
    return {"name": f"Microsoft.MachineLearning.Run.{name}", "data": {"RunId": "new", **data}}


def test_a_run_of_somebody_else_moves_as_its_events_say(ask):
    published = []
    *_, record, details = ask(
        ("PATCH", RUN, {"runId": "new", "parentRunId": "pipeline", "name": "part", "tags": {"a": "b"}}),
        ("POST", f"{RUN}/events", event("Start", StartTime="2026-01-01T00:00:00Z")),
        ("PATCH", RUN, {"tags": {"c": "d"}, "status": "Completed", "rootRunId": "other", "target": None}),
        ("DELETE", f"{RUN}/tags", ["a"]),
        ("POST", f"{RUN}/events", event("Error", ErrorResponse={"error": {"code": "UserError"}})),
        ("POST", f"{RUN}/events", event("Failed", EndTime="2026-01-01T00:00:00Z")),
        ("POST", f"{RUN}/events", event("Completed")),  # it has ended
        ("GET", RUN, None), ("GET", f"{RUN}/details", None), events=published)
    found = record.json()
    assert (found["status"], found["tags"], found["parentRunId"], found["rootRunId"], found["runNumber"]) == (
        "Failed", {"c": "d"}, "pipeline", "pipeline", 5)
    assert found["error"] == details.json()["error"] == {"error": {"code": "UserError"}}
    assert [one["data"]["runStatus"] for one in published] == ["NotStarted", "Running", "Failed"]


def test_an_experiment_is_made_once(ask):
    path = "/history/v1.0{ws}/experiments/made"
    missing, first, second = ask(("GET", path, None), ("POST", path, None), ("POST", path, None))
    assert missing.status_code == 404
    assert first.json() == second.json() and first.json()["name"] == "made"


def test_a_cancelled_run_takes_what_is_below_it_along(ask):
    published = []
    ask(("PATCH", RUN, {"parentRunId": "other"}),
        ("POST", "/history/v1.0{ws}/experiments/churn/runs/other/events", event("Canceled")), events=published)
    assert published[-1]["data"]["runId"] == "new"  # `other` had ended before
    assert published[-1]["data"]["runStatus"] == "Canceled"


@pytest.mark.parametrize(("path", "body", "status", "problem"), [
    (SUBMIT, {}, 400, "Configuration has to be an object"), (SUBMIT, [], 400, "The body has to be an object"),
    (SUBMIT, {"Configuration": {"target": "cpu-cluster"}, "SnapshotId": "s"}, 400, "neither a script nor a command"),
    (SUBMIT, {"Configuration": {"target": "gpu", "script": "a.py"}, "SnapshotId": "s"}, 404, "Compute gpu"),
    (SUBMIT.replace("one", "../one"), {"Configuration": {"script": "a.py"}, "SnapshotId": "s"}, 400, "no id of a run"),
    *((SNAPSHOT, snapshot_of(name), 400, "no name of a file") for name in ("..", "/etc/a.py", "")),
    ("/history/v1.0{ws}/experiments/flight-delay/runs/train/events", event("Flies"), 400, "is no event of a run"),
    ("/history/v1.0{ws}/experiments/flight-delay/runs/none/events", event("Start"), 404, "Run none"),
    ("/metric/v2.0{ws}/runs/none/batch", {"values": []}, 404, "Run none"),
    ("/metric/v2.0{ws}/runs/train/full", {"metricName": "mse"}, 404, "Metric mse of run train"),
    ("/metric/v2.0{ws}/runs/none/lastvalues", {}, 404, "Run none"),
    (SNAPSHOT, snapshot_of("a.py"), 400, "Parent snapshot p")])
def test_what_cannot_be_done_is_a_user_error(ask, path, body, status, problem):
    [answer] = ask(("POST", path, body))
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, "UserError")
    assert problem in answer.json()["error"]["message"]


def test_a_run_whose_snapshot_is_missing_fails_and_says_so(ask, history, workspace):
    published = []
    body = {"Configuration": {"target": "CPU-cluster", "script": "a.py"}, "SnapshotId": "none"}
    ask(("POST", SUBMIT, body), events=published, until=lambda: published[-1]["data"]["runStatus"] == "Failed")
    record = history.workspace(workspace.arm_id).run("one").record
    assert record["error"]["error"]["message"] == "Snapshot none was not found"


def test_only_the_service_says_how_its_own_run_ended(ask):
    body = {"Configuration": {"target": "cpu-cluster", "script": "a.py"}, "SnapshotId": "none"}
    _, refused = ask(("POST", SUBMIT, body), (
        "POST", "/history/v1.0{ws}/experiments/flight-delay/runs/one/events", event("Completed")))
    assert refused.status_code == 400 and "managed by the service" in refused.text


def test_a_path_of_an_artifact_that_is_taken_is_refused_alone(ask):
    path = "/artifact/v2.0{ws}/artifacts/batch/metadata/ExperimentRun/dcid.train"
    _, answer = ask(("POST", path, {"paths": [{"path": "a.txt"}]}),
                    ("POST", path, {"paths": [{"path": "./a.txt"}, {"path": "b.txt"}]}))
    assert set(answer.json()["artifacts"]) == {"b.txt"}
    assert answer.json()["errors"]["a.txt"]["error"]["message"] == (
        "Resource Conflict: ArtifactId ExperimentRun/dcid.train/a.txt already exists.")


def test_the_last_value_of_each_metric_comes_with_one_request(ask):
    def logged(name, value):
        return {"name": name, "columns": {name: "double"}, "properties": {"uxMetricType": "azureml.v1.scalar"},
                "value": [{"metricId": "m", "data": {name: value}}]}
    path = "/metric/v2.0{ws}/runs/train/"
    *_, answer = ask(
        ("POST", f"{path}batch", {"values": [logged("loss", 0.5), logged("auc", 0.9)]}),
        ("POST", f"{path}batch", {"values": [logged("loss", 0.25)]}), ("POST", f"{path}lastvalues", {}))
    found = answer.json()["value"]
    assert [(metric["name"], *(one["data"] for one in metric["value"])) for metric in found] == [
        ("loss", {"loss": 0.25}), ("auc", {"auc": 0.9})]


def test_a_run_is_given_a_new_token(ask):
    [answer] = ask(("GET", "/history/v1.0{ws}/experiments/flight-delay/runs/train/token", None))
    assert answer.json()["token"].count(".") == 2 and answer.json()["expiryTimeUtc"].endswith("Z")
