"""Ids that repeat themselves, and tags that tell where to report."""
import re
from dataclasses import replace

import pytest

from NotebookRuns.requests.plans import Plan
from NotebookRuns.runs.identifiers import NotebookRun, read_tags, run_id_of

GUIDS = [f"{digit}1234567-89bc-0123-def4-abc56789def0" for digit in "12345"]
PLAN = Plan("https://dev.azure.com/contoso", GUIDS[0], "build", *GUIDS[1:])
RUN = NotebookRun(PLAN, "sales", "reports/one.ipynb", 7, 3)


def test_the_same_plan_task_and_notebook_make_the_same_id_and_others_another():
    others = [run_id_of(replace(PLAN, plan_id="other"), RUN.notebook), run_id_of(PLAN, "other/one.ipynb"),
              run_id_of(replace(PLAN, task_id="other"), RUN.notebook)]
    assert RUN.run_id == run_id_of(replace(PLAN, job_id="other"), RUN.notebook)
    assert len({RUN.run_id, *others}) == 4


@pytest.mark.parametrize("notebook", ["a/one.ipynb", "火.ipynb", "a b(1).ipynb", "x" * 300 + ".ipynb", ".ipynb"])
def test_an_id_is_one_that_azure_machine_learning_takes(notebook):
    assert re.fullmatch(r"notebook_[A-Za-z0-9_-]{32,110}", run_id_of(PLAN, notebook))


@pytest.mark.parametrize("run", [RUN, replace(RUN, commit="a" * 40)], ids=["without a commit", "with one"])
def test_tags_tell_what_they_were_made_of(run):
    tags = run.tags()
    assert read_tags(run.run_id, tags) == run
    assert read_tags(run.run_id, {**tags, "other": None}) == run
    assert all("." not in name and isinstance(value, str) for name, value in tags.items())


@pytest.mark.parametrize("changes", [
    {"notebook_run": None}, {"notebook_test_run_id": "x"}, {"notebook_plan_id": 7}, {"notebook_plan_id": "../x"},
    {"notebook_plan_url": "https://elsewhere.example/contoso"}, {"notebook_plan_id": GUIDS[4]},
    {"notebook_task_id": GUIDS[2]}, {"notebook_path": "reports/two.ipynb"}])
def test_other_tags_tell_nothing(changes):
    tags = {**RUN.tags(), **changes}
    assert read_tags(RUN.run_id, tags) is None and read_tags(RUN.run_id, {}) is None
