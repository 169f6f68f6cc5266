"""Code is a folder that was uploaded, and a version of it does not change."""
import pytest

from local_azure.machine_learning.codes.models import Codes
from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.run_history.models import NotFoundError
from local_azure.storage.models import BlobStore


@pytest.fixture
def store(tmp_path):
    return BlobStore(tmp_path, "https://127.0.0.1:1")


@pytest.fixture
def here(history, workspace):
    return history.workspace(workspace.arm_id)


def upload(codes, store, **files):
    url, _ = codes.start_upload()
    for name, content in files.items():
        store.write(url.rpartition("/")[2], f"src/{name}.py", content)
    return {"codeUri": url}


def test_files_are_those_that_were_uploaded(store, here):
    codes = Codes(store)
    codes.put(here, "scoring", "1", upload(codes, store, score=b"first", rows=b""))
    codes.put(here, "scoring", "2", upload(codes, store, score=b"second"))
    found = codes.files(here, "scoring", "1")
    assert set(found) == {"src/score.py", "src/rows.py"} and found["src/score.py"].read_bytes() == b"first"
    assert codes.files(here, "scoring", "2")["src/score.py"].read_bytes() == b"second"
    with pytest.raises(NotFoundError, match="Code scoring:3"):
        codes.files(here, "scoring", "3")


def test_a_version_does_not_change(store, here):
    codes = Codes(store)
    uploaded = upload(codes, store, score=b"first")
    codes.put(here, "scoring", "1", uploaded)
    codes.put(here, "scoring", "1", uploaded)  # the same again
    with pytest.raises(ServiceError, match="does not change"):
        codes.put(here, "scoring", "1", upload(codes, store, score=b"second"))


@pytest.mark.parametrize(("url", "problem"), [
    *((url, "Nothing was uploaded") for url in (
        "https://127.0.0.1:1/code-none", "https://127.0.0.1:1/", "https://127.0.0.1:1/..",
        "https://127.0.0.1:1/snapshots", "")),
    (None, "codeUri has to be a text"), ("https://[half", "is no address")])
def test_code_that_was_not_uploaded_is_none(store, here, url, problem):
    store.write("snapshots", "score.py", b"")
    with pytest.raises(ServiceError, match=problem):
        Codes(store).put(here, "scoring", "1", {"codeUri": url})
