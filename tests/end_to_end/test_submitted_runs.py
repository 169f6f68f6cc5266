"""A run that is submitted to the local workspace runs, and what became of it is recorded by the function."""
import time

import httpx
import pytest

from local_azure.certificates import trust

SCRIPT = b"print('about to fail'); raise ValueError('no rows')"


@pytest.fixture
def call(azure, sample_workspace):
    """Asks the workspace as its SDK does."""
    with httpx.Client(verify=trust(azure.endpoints.certificate_authority), trust_env=False,
                      headers={"Authorization": "Bearer token"}) as client:
        def ask(method, path, body=None):
            url = path if path.startswith("https:") else azure.endpoints.machine_learning + path.format(
                ws=sample_workspace.arm_id)
            content = {"content": body} if isinstance(body, bytes) else {"json": body}
            answer = client.request(method, url, **content)
            assert answer.is_success, answer.text
            return answer.json() if answer.content else None
        yield ask


def wait_until_recorded(records, run_id):
    deadline = time.monotonic() + 60
    while not (found := [record for record in records() if record["run_id"] == run_id]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def test_a_failed_script_run_is_recorded_once_with_its_error(azure, call, records):
    [node] = call("POST", "/content/v2.0{ws}/snapshots/getblob", {"FileNames": ["fail.py"]})["fileNodes"]
    call("PUT", node["blobUri"], SCRIPT)
    call("POST", "/content/v2.0{ws}/snapshots/one", {
        "ParentSnapshotId": "none", "DirTreeNode": {"children": {"fail.py": {"type": "File"}}},
        "FileRevisionList": {"FileNodes": [{"FullName": "fail.py", "BlobUri": node["blobUri"]}]}})
    configuration = {"script": "fail.py", "arguments": [], "target": "cpu-cluster",
                     "environment": {"docker": {"baseImage": "an-image"}}}
    call("POST", "/execution/v1.0{ws}/experiments/submitted/snapshotrun?runId=submitted_1",
         {"Configuration": configuration, "SnapshotId": "one"})
    [record] = wait_until_recorded(records, "submitted_1")
    assert (record["run_status"], record["experiment_name"], record["script"], record["docker_image"]) == (
        "Failed", "submitted", "fail.py", "an-image")
    assert record["error_message"].endswith("ValueError: no rows")
    assert azure.drained(30)
    assert len(wait_until_recorded(records, "submitted_1")) == 1
