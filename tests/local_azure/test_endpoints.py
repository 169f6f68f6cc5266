"""The file that tells other processes where the local Azure is."""
import json
import stat
from dataclasses import fields, replace

import pytest

from local_azure.endpoints import Endpoints, NotRunningError

ENDPOINTS = Endpoints(**{field.name: f"https://127.0.0.1/{field.name}" for field in fields(Endpoints)})


def test_saved_endpoints_are_loaded_again(tmp_path):
    ENDPOINTS.save(tmp_path)
    assert Endpoints.load(tmp_path) == ENDPOINTS


def test_the_file_is_the_owners_alone_whatever_was_there(tmp_path):
    file = tmp_path / "endpoints.json"
    file.write_text("{}")
    file.chmod(0o644)
    ENDPOINTS.save(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["endpoints.json"]


def test_removed_endpoints_are_not_running(tmp_path):
    ENDPOINTS.save(tmp_path)
    Endpoints.remove(tmp_path)
    assert not any(tmp_path.iterdir())
    with pytest.raises(NotRunningError, match="no local Azure is running here: start one with `make up`"):
        Endpoints.load(tmp_path)


def test_endpoints_that_are_not_there_can_be_removed(tmp_path):
    Endpoints.remove(tmp_path)


def test_a_folder_that_is_not_there_is_not_running(tmp_path):
    with pytest.raises(NotRunningError, match="no local Azure is running here"):
        Endpoints.load(tmp_path / "missing")


SAVED = json.dumps({field.name: "" for field in fields(Endpoints)})


@pytest.mark.parametrize("content", [
    "", SAVED[:40], "[]", "null", "{}", SAVED.replace("identity", "entity"), "\udcff"])
def test_a_damaged_file_is_not_running_and_named(tmp_path, content):
    (tmp_path / "endpoints.json").write_text(content, "utf-8", "surrogateescape")
    with pytest.raises(NotRunningError, match=r"endpoints\.json cannot be read: start one with `make up`"):
        Endpoints.load(tmp_path)


def test_urls_are_made_of_the_endpoints():
    assert ENDPOINTS.topic_url == "https://127.0.0.1/event_grid/api/events"
    assert ENDPOINTS.webhook_url == (
        "https://127.0.0.1/functions_host/runtime/webhooks/EventGrid?functionName=PipelineRunMonitor"
        "&code=https://127.0.0.1/webhook_key")
    assert replace(ENDPOINTS, webhook_key="").webhook_url.endswith("?functionName=PipelineRunMonitor")
