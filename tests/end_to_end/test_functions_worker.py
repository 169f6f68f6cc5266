"""The app as Microsoft's worker sees it, and the local functions host as its stand-in."""
import json
import shutil
from pathlib import Path

import pytest

from tests.end_to_end.functions_worker import Worker

SOURCE = Path(__file__).parents[2] / "src"


@pytest.fixture
def without_settings(monkeypatch):
    for name in ("SUBSCRIPTION_ID", "RESOURCE_GROUP", "WORKSPACE_NAME", "MONITORED_WORKSPACES"):
        monkeypatch.delenv(name, raising=False)


def test_worker_indexes_loads_and_invokes_the_function(without_settings):
    with Worker(SOURCE) as worker:
        found = worker.index()
        assert set(found) == {"PipelineRunMonitor", "Reconcile", "SubmitPipeline", "RunStatus", "SubmitOnSchedule",
                              "RunNotebooks", "ReportNotebookRun", "CloseStaleNotebookPlans"}
        name, [binding] = "PipelineRunMonitor", found["PipelineRunMonitor"]
        assert (binding["type"], binding["direction"], binding["name"]) == ("eventGridTrigger", "IN", "event")
        worker.load(name)
        with pytest.raises(RuntimeError, match="SettingsError: SUBSCRIPTION_ID, RESOURCE_GROUP, WORKSPACE_NAME not"):
            worker.invoke(name, "event", json.dumps([{"id": "e1"}]))


@pytest.mark.parametrize("before, after, error", [
    ("def record_ended_run(event: str)", "def record_ended_run(events: str)", "event"),
    ("event: str", "event: dict", "event"),
    ("from PipelineRunMonitor import", "from PipelineRunMonitor.gone import", "PipelineRunMonitor.gone"),
])
def test_worker_refuses_a_wrong_signature_or_import(tmp_path, before, after, error):
    """What the test above would catch: the worker tells these apart, so that they cannot pass."""
    app = shutil.copytree(SOURCE, tmp_path / "app")
    text = (app / "function_app.py").read_text()
    assert before in text
    (app / "function_app.py").write_text(text.replace(before, after))
    with Worker(app) as worker:
        with pytest.raises(RuntimeError, match=error):
            for name in worker.index():
                worker.load(name)
            raise AssertionError("the worker took it")
