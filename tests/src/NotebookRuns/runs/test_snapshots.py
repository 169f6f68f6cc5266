"""What goes with a notebook: as little as it can run with, in the form of the content service."""
import hashlib
import json

import pytest

from NotebookRuns.errors import RepositoryError
from NotebookRuns.repository.archives import open_archive
from NotebookRuns.repository.notebooks import read_notebook
from NotebookRuns.runs import snapshots
from NotebookRuns.runs.snapshots import RUNNER, build_snapshot
from tests.zips import zip_of


def notebook(**metadata):
    return json.dumps({"nbformat": 4, "cells": [], "metadata": metadata})


FILES = {
    "reports/one.ipynb": notebook(), "reports/other.ipynb": notebook(), "reports/figures.py": "",
    "reports/data/a.csv": "1",
    "reports/.ipynb_checkpoints/one.py": "", "shared/b.csv": "2", "README.md": ""}


def built(files=(), path="reports/one.ipynb"):
    archive = open_archive(zip_of(FILES | dict(files)))
    return build_snapshot(archive, read_notebook(archive, path))


def test_what_lies_beside_a_notebook_and_below_goes_with_it():
    assert set(built().files) == {"reports/one.ipynb", "reports/figures.py", "reports/data/a.csv", RUNNER}
    assert built().files["reports/data/a.csv"] == b"1" and b"papermill" in built().files[RUNNER]


@pytest.mark.parametrize("files", [
    {"reports/one.ipynb": notebook(notebook_runs={"files": ["shared/*.csv", "other.ipynb"]})},
    {"release.json": '{"files": ["shared/*.csv", "other.ipynb"]}'}])
def test_files_that_are_named_go_instead(files):
    assert set(built(files).files) == {"reports/one.ipynb", "reports/other.ipynb", "shared/b.csv", RUNNER}


def test_the_tree_has_the_hashes_of_the_sdk():
    tree = built().tree
    assert (tree["name"], tree["type"], set(tree["children"])) == ("", "Directory", {"reports", RUNNER})
    data = tree["children"]["reports"]["children"]["data"]
    [file] = data["children"].values()
    assert (file["name"], file["type"], file["children"]) == ("a.csv", "File", {})
    assert file["hash"] == hashlib.sha512(b"1a.csvFile").hexdigest()
    assert data["hash"] == hashlib.sha512(bytes.fromhex(file["hash"])).hexdigest()


@pytest.mark.parametrize("limit", ["MOST_FILES", "MOST_BYTES"])
def test_more_than_a_snapshot_holds_is_told_with_what_to_do(monkeypatch, limit):
    monkeypatch.setattr(snapshots, limit, 2)
    with pytest.raises(RepositoryError, match=r"reports/one.ipynb would take along .* notebook_runs.files"):
        built()
