"""Inputs of every size."""
import json

import pytest

from tests.benchmarks.growth import grow_event, grow_run


@pytest.mark.parametrize("size_kb", [2, 64, 1_000])
def test_an_event_gets_its_size_from_run_properties(small_workload, size_kb):
    grown = grow_event(small_workload.unrelated[0], size_kb)
    assert len(json.dumps(grown)) == pytest.approx(size_kb * 1024, rel=0.2)
    assert grown["data"]["runId"] == small_workload.unrelated[0]["data"]["runId"]


@pytest.mark.parametrize("size_kb", [2, 64, 2_048])
def test_run_details_get_their_size_from_properties_and_packages(small_workload, size_kb):
    run = next(run for run in small_workload.workspace.runs if run.record["parentRunId"])
    grown = grow_run(run, size_kb)
    assert len(json.dumps(grown.details)) == pytest.approx(size_kb * 1024, rel=0.2)
    assert (grown.id, grown.details["runId"]) == (run.id, run.id)
