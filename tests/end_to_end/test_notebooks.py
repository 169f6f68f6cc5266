"""Notebooks of a repository run for a build: the message, real runs with papermill, what Azure DevOps is told."""
import json

import pytest

from tests.end_to_end.notebook_build import PROJECT, building


@pytest.fixture(scope="module")
def build(tmp_path_factory, sample_workspace, data_folder):
    repositories = {"notebooks": data_folder / "notebooks" / "repository"}
    with building(tmp_path_factory.mktemp("notebooks"), sample_workspace, repositories) as build:
        yield build


def test_notebooks_run(build):
    plan = build.start(**{"rp.notebooks": "reports/*.ipynb"})
    runs = build.wait_for(lambda: (found := build.runs(plan)) and len(found) == 2 and found)
    assert {run["tags"]["notebook_path"] for run in runs} == {"reports/sales.ipynb", "reports/broken.ipynb"}
    build.wait_for(lambda: all(run["endTimeUtc"] for run in build.runs(plan)))
    assert {run["tags"]["notebook_path"]: run["status"] for run in build.runs(plan)} == {
        "reports/sales.ipynb": "Completed", "reports/broken.ipynb": "Failed"}
    assert plan.token not in json.dumps(runs)
    assert {run.fields["name"] for run in build.azure.devops.runs.list_runs(PROJECT)} == {
        "reports/sales.ipynb", "reports/broken.ipynb"}
