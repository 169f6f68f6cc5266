"""The fault matrix of notebooks for a build: each fault ends as a failed task that says why, or as a dead letter.

Or it passes, and is waited out. In no case the pipeline waits for nothing, and no notebook runs that nobody asked for.
"""
from dataclasses import dataclass, field

import pytest

from local_azure.control.models import Fault
from local_azure.devops.plans import Plan
from local_azure.scenarios.models import ARM_ID
from tests.end_to_end.notebook_build import PROJECT, building
from tests.zips import zip_of

FOREVER = 1_000
LATER = {"Retry-After": "60"}  # longer than a call waits here
FILES = {
    "good.ipynb": '{"nbformat": 4, "cells": [], "metadata": {}}', "half.ipynb": '{"nbformat": 4, "cells": [',
    "old.ipynb": '{"nbformat": 3, "worksheets": []}', "wrong.yml": "dependencies: python",
    "tabs.yml": "dependencies:\n\t- python"}
NO_COMMIT = "0" * 40
SUBMIT = f"POST /execution/v1.0{ARM_ID}/experiments/{{experiment}}/snapshotrun"


@dataclass(frozen=True)
class Case:
    """A message, what is wrong with it or with the services, and what the task's log says."""

    name: str
    told: str
    variables: dict = field(default_factory=dict)
    body: str | None = None
    fault: dict = field(default_factory=dict)


FAILED = [
    Case("no notebook", "no notebook of the repository is meant by none.ipynb: there is ",
         {"rp.notebooks": "none.ipynb"}),
    Case("a notebook that is no JSON", "half.ipynb is no JSON", {"rp.notebooks": "half.ipynb"}),
    Case("an old notebook", "old.ipynb is no notebook of format 4", {"rp.notebooks": "old.ipynb,good.ipynb"}),
    Case("no conda file", "the repository has no file missing.yml", {"rp.condaFile": "missing.yml"}),
    Case("a wrong conda file", "wrong.yml has no list of dependencies", {"rp.condaFile": "wrong.yml"}),
    Case("a conda file that is no YAML", "tabs.yml is no YAML", {"rp.condaFile": "tabs.yml"}),
    Case("no compute target", "has no compute target gpu: mend ex.compute", {"ex.compute": "gpu"}),
    Case("no repository", "the repository none: TF401019", {"gh.repo": "none"}),
    Case("no commit", "TF401175", {"rp.version": NO_COMMIT}),
    Case("no branch", "TF401175", {"rp.version": "none"}),
    Case("another organization", "do.organization is not contoso", {"do.organization": "fabrikam"}),
    Case("another workspace", "is none of those of the Function App",
         {"ws.subscription": "sub", "ws.resourceGroup": "group", "ws.name": "other"}),
    Case("a zip that leads out", "has a name that leads out of it", {"gh.repo": "outside"}),
    Case("a bomb", "good.ipynb has more than 104,857,600 bytes", {"gh.repo": "bomb"}),
    Case("no zip", "did not answer with a zip", {"gh.repo": "text"}),
    Case("no JSON", "the message is no JSON", body="rp.notebooks: good.ipynb"),
    Case("another version", "the message is of another version than 1", {"version": 2}),
    Case("nothing", "do.organization is missing", body="{}"),
    Case("no role on the workspace", "the role AzureML Data Scientist",
         fault={"service": "machine_learning", "status": 403, "times": FOREVER}),
    Case("Azure Machine Learning throttles for ever", "HTTP 429 from Azure Machine Learning",
         fault={"service": "machine_learning", "status": 429, "headers": LATER, "times": FOREVER}),
    Case("what is submitted is refused", "Azure Machine Learning answers 400",
         fault={"service": "machine_learning", "status": 400, "route": SUBMIT, "times": FOREVER})]
DEAD = [
    Case("Azure DevOps lets nobody in", "does not let the function in (HTTP 401)",
         fault={"service": "devops", "status": 401, "times": FOREVER}),
    Case("a page to sign in", "does not let the function in (HTTP 203)",
         fault={"service": "devops", "status": 203, "body": "<html>", "times": FOREVER}),
    Case("Azure DevOps is down for ever", "HTTP 503 from Azure DevOps",
         fault={"service": "devops", "status": 503, "headers": LATER, "times": FOREVER})]


@pytest.fixture(scope="module")
def build(tmp_path_factory, sample_workspace):
    """Whose messages are given back where a busy machine does not explain it: less is left than the function pauses."""
    folder = tmp_path_factory.mktemp("repositories")
    (folder / "notebooks").mkdir()
    for name, text in FILES.items():
        (folder / "notebooks" / name).write_text(text)
    zips = {"outside": zip_of({"../good.ipynb": "{}"}), "bomb": zip_of({"good.ipynb": bytes(105_000_000)}),
            "text": b"no zip"}
    for name, content in zips.items():
        (folder / f"{name}.zip").write_bytes(content)
    repositories = {"notebooks": folder / "notebooks", **{name: folder / f"{name}.zip" for name in zips}}
    with building(tmp_path_factory.mktemp("local_azure"), sample_workspace, repositories,
                  settings={"NOTEBOOK_TIMEOUT_SECONDS": "4.9"}) as build:
        yield build


@pytest.fixture(autouse=True)
def without_faults(build):
    yield
    build.azure.traffic.reset()


def start(build, case):
    if case.fault:
        build.azure.traffic.inject(Fault(**case.fault))
    return build.start(case.body, **{"rp.notebooks": "good.ipynb", **case.variables})


def assert_told_once(build, plan):
    """By each delivery of the message: a busy machine may have cut one off that had told already. Nothing is run."""
    deliveries = build.azure.functions_log.read_text().count(f"the task of plan {plan.plan_id} fails")
    assert 1 <= len(plan.events) <= deliveries
    assert 1 <= len(plan.logs) <= deliveries
    assert build.runs(plan) == []


def test_what_no_waiting_mends_fails_the_task_and_says_why(build):
    """All at once: only a fault of a service keeps others from being tried beside it."""
    plans = [(case, start(build, case)) for case in FAILED if not case.fault]
    for case, plan in plans:
        assert (case.name, build.ended(plan)) == (case.name, "failed")
        assert case.told in build.log(plan), case.name
        assert_told_once(build, plan)


@pytest.mark.parametrize("case", [case for case in FAILED if case.fault], ids=lambda case: case.name)
def test_a_service_that_refuses_fails_the_task_and_says_why(build, case):
    plan = start(build, case)
    assert build.ended(plan) == "failed"
    assert case.told in build.log(plan)
    assert_told_once(build, plan)


@pytest.mark.parametrize("case", DEAD, ids=lambda case: case.name)
def test_where_nobody_can_be_told_the_message_is_a_dead_letter(build, case):
    plan = start(build, case)
    assert build.wait_for(build.take_dead_letter) == plan.plan_id
    assert case.told in build.azure.functions_log.read_text()
    assert plan.token not in build.azure.functions_log.read_text()
    assert plan.events == []


def test_a_message_without_a_plan_is_a_dead_letter(build):
    build.send(None)
    assert build.wait_for(lambda: build.take_dead_letter() == "")
    assert "the property PlanUrl is missing" in build.azure.functions_log.read_text()


def test_a_message_that_is_too_large_fails_the_task(build):
    plan = build.add_plan()
    build.send(plan, **{"rp.notebooks": "x" * 70_000})
    assert build.ended(plan) == "failed"
    assert "more than the 65,536 that are read" in build.log(plan)


def test_for_a_plan_that_is_gone_or_over_nothing_is_started(build):
    gone, over = Plan(PROJECT, "task", build.azure.devops.clock.now()), build.add_plan()
    over.end("canceled")
    for plan in (gone, over):
        build.send(plan, **{"rp.notebooks": "good.ipynb"})
        build.wait_for(lambda: f"nothing is started for plan {plan.plan_id}" in build.azure.functions_log.read_text())
        assert build.runs(plan) == [] and plan.events == []


@pytest.mark.parametrize("fault", [
    Fault("devops", 503), Fault("devops", kind="reset"), Fault("devops", 429), Fault("machine_learning", 503),
    Fault("machine_learning", kind="reset"), Fault("machine_learning", 503, route=SUBMIT),
    Fault("machine_learning", kind="half", route=SUBMIT), Fault("storage", 503)],
    ids=lambda fault: f"{fault.service} {fault.kind} {fault.status} {fault.route[:8]}")
def test_what_passes_is_waited_out(build, fault):
    build.azure.traffic.inject(fault)
    plan = build.start(**{"rp.notebooks": "good.ipynb"})
    build.wait_for(lambda: build.runs(plan))
    plan.end("canceled")
    build.close_stale_plans()
    assert len(build.wait_for(lambda: (runs := build.runs(plan)) and runs[0]["endTimeUtc"] and runs)) == 1
