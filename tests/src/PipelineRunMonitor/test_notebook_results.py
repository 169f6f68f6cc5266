"""The record of a notebook's cells: made of what is told of them, redacted, and sent where records go."""
import json
import logging

import pytest

from azure_access.errors import TelemetryError
from PipelineRunMonitor import notebook_results
from PipelineRunMonitor.notebook_results import record, send
from PipelineRunMonitor.records.record import operation_id

FACTS = {"notebook": "a.ipynb", "result": "failed", "run_status": "Failed", "cell_count": 2, "failed_cell": None,
         "cells": [{"cell": 1, "outcome": "Passed", "ms": 5}], "git_commit": ""}
KNOWN = {"SUBSCRIPTION_ID": "s", "RESOURCE_GROUP": "g", "WORKSPACE_NAME": "w", "RECORD_STORE": "file"}


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """Of a worker that has not opened a store yet, and writes records to a file."""
    monkeypatch.setattr(notebook_results, "_sink", None)
    for name, value in {**KNOWN, "RECORD_FILE": str(tmp_path / "records.jsonl")}.items():
        monkeypatch.setenv(name, value)
    return tmp_path / "records.jsonl"


def test_what_is_known_becomes_dimensions_and_lists_are_json():
    made = record("run-1", FACTS)
    assert made.dimensions["type"] == "notebook_result"
    assert (made.dimensions["run_id"], made.dimensions["cell_count"]) == ("run-1", "2")
    assert json.loads(made.dimensions["cells"]) == FACTS["cells"]
    assert not {"failed_cell", "git_commit"} & set(made.dimensions)
    assert made.message == "a.ipynb: failed"
    assert made.operation_id == operation_id("run-1")


def test_a_failed_notebook_is_an_error():
    assert record("run-1", FACTS).severity == logging.ERROR
    assert record("run-1", {**FACTS, "result": "passed"}).severity == logging.INFO


def test_secrets_are_taken_out():
    made = record("run-1", {**FACTS, "error_message": "password=hunter2-is-hush"})
    assert "hunter2" not in json.dumps(dict(made.dimensions))


def test_many_cells_are_cut_to_json_that_fits():
    cells = [{"cell": number, "name": "x" * 200, "outcome": "Passed"} for number in range(500)]
    kept = record("run-1", {**FACTS, "cells": cells}).dimensions["cells"]
    assert len(kept) <= 8_192 and json.loads(kept)


def test_it_is_sent_where_records_go(environment):
    send("run-1", FACTS, 10)
    [line] = environment.read_text("utf-8").splitlines()
    assert json.loads(line)["customDimensions"]["notebook"] == "a.ipynb"


def test_a_store_that_does_not_take_it_is_an_error(environment):
    environment.mkdir()
    with pytest.raises(TelemetryError):
        send("run-1", FACTS, 10)
