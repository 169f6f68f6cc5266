"""Which notebooks a message means, and which of them have changed since another version."""
import json
import re
from dataclasses import replace

import pytest

from NotebookRuns.jobs import changed_jobs, read_jobs
from NotebookRuns.repository.archives import open_archive
from NotebookRuns.requests.messages import NotebookRequest, Version
from NotebookRuns.requests.plans import Plan
from NotebookRuns.runs.identifiers import run_id_of
from tests.zips import zip_of


def notebook(source):
    cell = {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]})


FILES = {"README.md": "read me", "a/one.ipynb": notebook("1"), "a/rows.csv": "1", "b/two.ipynb": notebook("2"),
         "b/release.json": '{"requirements": ["pandas==2.2.3"]}', "environment.yml": "dependencies: [python=3.11]"}
REQUEST = NotebookRequest(
    Plan("https://dev.azure.com/contoso", *["x"] * 6), "contoso", "sales", "repository", Version(), ("**/*.ipynb",),
    "cpu", conda_file="environment.yml")


def archive(files, top=""):
    return open_archive(zip_of({top + path: text for path, text in files.items() if text is not None}))


@pytest.fixture
def changed():
    """The paths that count as changed where the repository was otherwise before."""
    def ask(top="", **before):
        jobs = read_jobs(archive(FILES), REQUEST)
        return [job.notebook.path for job in changed_jobs(jobs, archive({**FILES, **before}, top), REQUEST)]
    return ask


def test_all_that_are_meant_are_read():
    assert [job.notebook.path for job in read_jobs(archive(FILES), REQUEST)] == ["a/one.ipynb", "b/two.ipynb"]


@pytest.mark.parametrize("top", ["", "repository/"])
def test_what_would_run_in_the_same_way_has_not_changed(changed, top):
    assert changed(top) == []
    assert changed(top, **{"README.md": "other"}) == []


@pytest.mark.parametrize(("path", "text", "expected"), [
    ("a/one.ipynb", notebook("other"), ["a/one.ipynb"]),
    ("a/one.ipynb", None, ["a/one.ipynb"]),
    ("a/one.ipynb", "no notebook", ["a/one.ipynb"]),
    ("a/rows.csv", "2", ["a/one.ipynb"]),
    ("b/release.json", '{"requirements": ["pandas==2.2.2"]}', ["b/two.ipynb"]),
    ("environment.yml", "dependencies: [python=3.12]", ["a/one.ipynb", "b/two.ipynb"])])
def test_another_notebook_other_files_and_other_packages_are_changes(changed, path, text, expected):
    assert changed(**{path: text}) == expected


def test_a_notebook_that_was_renamed_or_moved_has_changed_and_one_that_was_deleted_is_not_run(changed):
    assert changed(**{"a/one.ipynb": None, "a/before.ipynb": FILES["a/one.ipynb"]}) == ["a/one.ipynb"]
    moved = {path.replace("b/", "c/"): text for path, text in FILES.items() if path.startswith("b/")}
    assert changed(**dict.fromkeys(("b/two.ipynb", "b/release.json")), **moved) == ["b/two.ipynb"]
    assert changed(**{"c/deleted.ipynb": notebook("3")}) == []


def test_of_an_empty_repository_everything_has_changed(changed):
    assert changed(**dict.fromkeys(FILES), other="file") == ["a/one.ipynb", "b/two.ipynb"]


def test_notebooks_of_one_name_in_two_folders_are_two():
    files = {"a/one.ipynb": notebook("1"), "b/one.ipynb": notebook("2"), "é/" + "n" * 200 + ".ipynb": notebook("3")}
    request = replace(REQUEST, conda_file=None, notebooks=("one.ipynb", "é/*.ipynb"))
    jobs = read_jobs(archive(files), request)
    ids = {run_id_of(request.plan, job.notebook.path) for job in jobs}
    assert len(ids) == 3 and all(re.fullmatch(r"[A-Za-z0-9_-]{1,128}", run_id) for run_id in ids)
