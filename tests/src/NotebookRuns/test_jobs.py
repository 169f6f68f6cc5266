"""Which notebooks a message means, and which of them have changed since another version."""
import json

import pytest

from NotebookRuns.jobs import changed_jobs, read_jobs
from NotebookRuns.repository.archives import open_archive
from NotebookRuns.requests.messages import NotebookRequest, Version
from NotebookRuns.requests.plans import Plan
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
