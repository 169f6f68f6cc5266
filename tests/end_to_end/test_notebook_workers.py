"""Workers beside each other that start and report the same notebooks: each run, test run and result is there once."""
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from types import SimpleNamespace

import pytest

from azure_access.deadline import Deadline
from azure_access.errors import IdentityError, InFlightError, MonitorError
from local_azure.control.models import Fault
from local_azure.machine_learning.computes.models import Compute
from local_azure.scenarios.models import ARM_ID
from local_azure.scenarios.times import iso
from NotebookRuns.announcing import CLAIM
from NotebookRuns.close_stale_plans import close_stale
from NotebookRuns.errors import DevOpsUnavailableError, WorkspaceUnavailableError
from NotebookRuns.opening import open_app
from NotebookRuns.requests.plans import read_plan
from NotebookRuns.run_notebooks import Message, handle
from NotebookRuns.runs.configuration import LOG
from NotebookRuns.runs.identifiers import NotebookRun
from tests.end_to_end.notebook_build import PROJECT, VARIABLES, building

CELL = {"cell_type": "code", "metadata": {}, "source": "1", "outputs": [], "execution_count": None}
NOTEBOOK = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [CELL]})
NAMES = {"a/one.ipynb", "b/one.ipynb"}
CREATE = "POST /{organization}/{project}/_apis/test/runs"
LIST = f"POST /history/v1.0{ARM_ID}/experiments/{{experiment}}/runs:query"
TAG = f"PATCH /history/v1.0{ARM_ID}/experiments/{{experiment}}/runs/{{run_id}}"
READ = f"GET /artifact/v2.0{ARM_ID}/artifacts/contentinfo/{{origin}}/{{container}}/{{path:path}}"
ZIP = "devops GET /{organization}/{project}/_apis/git/repositories/{repository}/items"
RECORDS = ("GET /{organization}/{project_id}/_apis/distributedtask/hubs/{hub}/plans/{plan_id}/timelines/{timeline_id}/"
           "records")
SLOW_SECONDS = 0.2  # enough for every worker to have looked before another one has done it


@pytest.fixture(scope="module")
def build(tmp_path_factory, sample_workspace):
    """Its compute target has no node, so that no run begins."""
    folder = tmp_path_factory.mktemp("repository")
    for name in NAMES:
        (folder / name).parent.mkdir()
        (folder / name).write_text(NOTEBOOK)
    with building(tmp_path_factory.mktemp("local_azure"), sample_workspace, {"notebooks": folder},
                  computes=[Compute("cpu-cluster", 0)], subscription={"max_delivery_attempts": 1}) as build:
        yield build


@pytest.fixture
def work(build, monkeypatch):
    """What so many workers do at once, each with connections, tokens and a memory of its own; whatever they raise."""
    for name, value in build.azure.function_environment().items():
        monkeypatch.setenv(name, value)

    def beside_each_other(*calls):
        def call(one):
            try:
                return one(open_app())
            except MonitorError as exc:
                return exc

        with ThreadPoolExecutor(len(calls)) as threads:
            return list(threads.map(call, calls))

    yield beside_each_other
    build.azure.traffic.reset()


@pytest.fixture
def plan(build):
    """One whose test runs are the only ones that have not ended."""
    plan = build.add_plan()
    yield plan
    for run in unfinished(build):
        run.fields["state"] = "Completed"


def deadline():
    return Deadline(60, sleep=lambda seconds: Event().wait(0.05))


def impatient():
    """One whose pauses take no time, after which it is over."""
    now = [0.0]
    return Deadline(60, clock=lambda: now[0], sleep=lambda seconds: now.__setitem__(0, now[0] + 20 * seconds))


def starting(build, plan, patience=deadline):
    body = json.dumps({**VARIABLES, "rp.notebooks": "**/*.ipynb"}).encode()
    return lambda app: handle(app, Message(body, plan.properties(build.plan_url), 1), patience())


def downloads(build):
    return build.azure.traffic.counts().get(ZIP, 0)


def unfinished(build):
    return [run for run in build.azure.devops.runs.list_runs(PROJECT) if run.fields["state"] == "InProgress"]


def started_once(build, plan):
    """Both notebooks have one run, and it has the one test run of that name."""
    runs = {run["tags"]["notebook_path"]: run["tags"]["notebook_test_run_id"] for run in build.runs(plan)}
    assert runs == {run.fields["name"]: str(run.id) for run in unfinished(build)}
    assert set(runs) == NAMES
    return True


def test_a_message_that_three_workers_handle_beside_each_other_starts_everything_once(build, plan, work):
    build.azure.traffic.slow_down(SLOW_SECONDS, "devops")
    assert work(*[starting(build, plan)] * 3) == [None] * 3
    assert started_once(build, plan) and plan.events == []
    before = downloads(build)
    assert before <= 3
    assert work(starting(build, plan)) == [None]
    assert started_once(build, plan) and downloads(build) == before


def test_what_the_list_of_runs_does_not_tell_yet_is_asked_of_the_run(build, plan, work):
    assert work(starting(build, plan)) == [None]
    before = [{**run, "tags": {name: value for name, value in run["tags"].items() if name != "notebook_test_run_id"}}
              for run in build.runs(plan)]
    build.azure.traffic.inject(Fault("machine_learning", 200, body=json.dumps({"value": before}), route=LIST))
    assert work(starting(build, plan, impatient)) == [None]
    assert started_once(build, plan)


@pytest.mark.parametrize("count", [1, 2], ids=["which is there", "of which another is not there yet"])
def test_while_another_worker_is_at_a_notebook_the_repository_is_not_asked_for(build, plan, work, count):
    run = NotebookRun(known(build, plan), PROJECT, "a/one.ipynb", None, count)

    def begin(app):
        workspace = app.workspaces.find(None)
        workspace.history.create_experiment(deadline())
        workspace.history.tag(run.run_id, run.tags(), deadline())
        workspace.artifacts.claimed(workspace.history.find(run.run_id, deadline()), CLAIM, deadline()).__enter__()

    before = downloads(build)
    assert work(begin) == [None]
    [outcome] = work(starting(build, plan, impatient))
    assert isinstance(outcome, InFlightError) and downloads(build) == before
    assert unfinished(build) == []


@pytest.mark.parametrize("fault", [
    Fault("devops", kind="half", route=CREATE), Fault("machine_learning", 503, route=TAG, times=5)],
    ids=["its answer is lost", "it cannot be noted down"])
def test_a_test_run_is_found_again_where(build, plan, work, fault):
    build.azure.traffic.inject(fault)
    assert work(starting(build, plan)) == [None]
    assert started_once(build, plan)


def known(build, plan):
    """As its runs' tags tell of it."""
    url = build.plan_url.rstrip("/")
    return read_plan(plan.properties(url), [build.azure.endpoints.devops.removeprefix("https://")], pytest.fail)


def ended(build, plan, *names, error="no image", status="Failed", **files):
    """Runs that have ended so, each with a log, of a plan that has no others; nobody has made a test run for them."""
    runs = [NotebookRun(known(build, plan), PROJECT, name, None, len(names)) for name in names]
    for run in runs:
        build.add_run(run, error, status, **{LOG: b"building", **files})
    return runs


def told(build, plan):
    """Of each test run of the plan name, state and comment, the errors of its results and the names of its files."""
    numbers = {int(run["tags"]["notebook_test_run_id"]) for run in build.runs(plan)}
    return sorted((run.fields["name"], run.fields["state"], run.fields["comment"],
                   [result.get("errorMessage") for result in run.results.values()],
                   [file.name for file in run.attachments.values()])
                  for run in build.azure.devops.runs.list_runs(PROJECT) if run.id in numbers)


def test_runs_that_workers_and_the_clock_report_beside_each_other_are_told_once(build, plan, work):
    """The functions host is one more of them, as it has the events."""
    build.azure.traffic.slow_down(SLOW_SECONDS, "devops")
    runs = ended(build, plan, *sorted(NAMES))

    def report(app):
        for run in runs:
            app.reporter.report(app.workspaces.find(None), run.run_id, deadline())

    outcomes = work(report, report, lambda app: close_stale(app, deadline()))
    assert all(outcome is None or isinstance(outcome, InFlightError) for outcome in outcomes), outcomes
    assert build.azure.drained(60)
    build.close_stale_plans()
    build.ended(plan)
    lines = [f"failed: {name} (Failed; no results of cells)\n  no image" for name in sorted(NAMES)]
    assert told(build, plan) == [
        (name, "Completed", line, ["no image"], ["std_log.txt"]) for name, line in zip(sorted(NAMES), lines)]
    assert build.log(plan).splitlines() == [*"\n".join(lines).splitlines(), "0 of 2 notebooks succeeded"]
    assert [event["result"] for event in plan.events] == ["failed"]


def test_a_run_that_cannot_be_read_keeps_no_other_of_its_plan_from_being_told_by_the_clock(build, plan, work):
    def reported():
        return sorted(run["tags"]["notebook_path"] for run in build.runs(plan) if "notebook_result" in run["tags"])

    build.azure.traffic.inject(Fault("machine_learning", 503, route=READ, times=2 * 3))  # of both events
    ended(build, plan, *sorted(NAMES))
    assert build.azure.drained(60) and reported() == []
    build.azure.traffic.inject(Fault("machine_learning", 503, route=READ, times=3))
    [outcome] = work(lambda app: close_stale(app, deadline()))
    assert isinstance(outcome, WorkspaceUnavailableError) and len(reported()) == 1
    build.close_stale_plans()
    assert build.ended(plan) == "failed" and reported() == sorted(NAMES)


def test_a_notebook_that_writes_another_task_into_its_tags_ends_nothing(build, plan, work):
    other = build.add_plan()
    claimed = NotebookRun(known(build, other), PROJECT, "a/one.ipynb", None, 1)
    own = NotebookRun(known(build, plan), PROJECT, "a/one.ipynb", None, 1)
    lie = {**claimed.tags(), "notebook_result": "succeeded"}
    build.add_run(SimpleNamespace(run_id=own.run_id, tags=lambda: lie), status="Completed")
    assert build.azure.drained(60)
    assert work(lambda app: app.closer.close_if_done(app.workspaces.find(None), claimed.plan, deadline()),
                lambda app: app.reporter.report(app.workspaces.find(None), own.run_id, deadline())) == [None, None]
    build.close_stale_plans()
    assert (other.events, plan.events, unfinished(build)) == ([], [], [])
    assert [run["tags"] for run in build.runs(other)] == [lie]


def test_a_record_that_makes_trouble_keeps_nothing_from_being_told(build, plan, work):
    def record(*_):
        raise LookupError("hunter2")

    build.azure.traffic.inject(Fault("machine_learning", 503, route=READ, times=3))  # of the event
    [run] = ended(build, plan, "a/one.ipynb")
    assert build.azure.drained(60)
    assert work(lambda app: app.recording(record).reporter.report(
        app.workspaces.find(None), run.run_id, deadline())) == [None]
    assert build.ended(plan) == "failed"


def test_what_is_half_a_character_ends_the_task_as_anything_else(build, plan):
    """As a cell may print it, and JSON may have it."""
    error = {"output_type": "error", "ename": "ValueError", "evalue": "half \ud83d", "traceback": ["half \ud83d"]}
    cell = {**CELL, "metadata": {"papermill": {"status": "failed", "exception": True}}, "outputs": [error]}
    executed = json.dumps({**json.loads(NOTEBOOK), "cells": [cell]}).encode()
    ended(build, plan, "a/one.ipynb", **{"outputs/one.output.ipynb": executed})
    assert build.ended(plan) == "failed"
    assert "  Failed: Cell 1: 1: ValueError: half ?" in build.log(plan).splitlines()


def test_a_run_that_failed_before_its_first_cell_says_why_in_every_place(build, plan):
    """In the log of the task, the test run, its result and the record, and nowhere with its secrets."""
    secret = "AccountKey=" + "Zm9vYmFy" * 10 + "Zg=="
    [run] = ended(build, plan, "a/one.ipynb", error=f"Image build failed: nowhere==1 is not there. {secret}")
    assert build.ended(plan) == "failed"
    said = "Image build failed: nowhere==1 is not there. AccountKey=[redacted]"
    assert build.log(plan).splitlines()[1:] == [f"  {said}", "0 of 1 notebooks succeeded"]
    [(_, _, comment, errors, _)] = told(build, plan)
    assert said in comment and errors == [said]
    [[recorded]] = build.azure.store.query(
        "traces | where customDimensions.type == 'notebook_result' and customDimensions.run_id == "
        f"'{run.run_id}' | project tostring(customDimensions.error_message)").rows
    assert recorded == said


def test_a_cell_that_never_ended_is_the_one_that_ran_when_the_time_was_over(build, plan):
    cells = [{**CELL, "metadata": {"papermill": {"status": status, "duration": duration}}}
             for status, duration in (("completed", 1.5), ("running", None), ("pending", None))]
    executed = json.dumps({**json.loads(NOTEBOOK), "cells": cells}).encode()
    ended(build, plan, "a/one.ipynb", error=None, status="Canceled", **{"outputs/one.output.ipynb": executed})
    assert build.ended(plan) == "failed"
    assert build.log(plan).splitlines()[:2] == ["failed: a/one.ipynb (Canceled; 1 of 3 cells passed)",
                                                "  Aborted: Cell 2: 1"]
    [(_, state, _, _, files)] = told(build, plan)
    assert (state, sorted(files)) == ("Aborted", ["one.html", "one.output.ipynb", "std_log.txt"])


def test_what_was_started_is_told_although_azure_devops_was_down_until_the_message_was_given_up(build, plan, work):
    """The test run is made by whoever reports the run."""
    body = json.dumps({**VARIABLES, "rp.notebooks": "a/one.ipynb"}).encode()
    build.azure.traffic.inject(Fault("devops", 503, route=CREATE, times=1_000))
    [outcome] = work(lambda app: handle(app, Message(body, plan.properties(build.plan_url), 1), impatient()))
    assert isinstance(outcome, DevOpsUnavailableError)
    build.azure.traffic.reset()
    [run] = build.runs(plan)
    assert "notebook_test_run_id" not in run["tags"]
    work(lambda app: cancel(app.workspaces.find(None).history, run["runId"]))
    assert build.ended(plan) == "failed"
    assert [(name, state) for name, state, *_ in told(build, plan)] == [("a/one.ipynb", "Aborted")]


def cancel(history, run_id):
    history.cancel(history.find(run_id, deadline()), deadline())


def is_open(build, plan):
    return [run["tags"]["notebook_open"] for run in build.runs(plan)]


def test_a_plan_that_is_gone_when_its_runs_end_is_closed_and_nobody_asks_again(build, plan):
    build.azure.devops.plans.remove(plan.plan_id)
    ended(build, plan, "a/one.ipynb")
    build.wait_for(lambda: is_open(build, plan) == ["false"])
    assert [name for name, *_ in told(build, plan)] == ["a/one.ipynb"] and plan.events == []


def test_a_project_that_is_not_shown_any_more_closes_nothing(build, plan, work):
    """Nobody knows whether the task is over: it is asked again."""
    hidden = json.dumps({"message": f"VS800075: The project with id '{plan.project_id}' does not exist, or you do not"})
    build.azure.traffic.inject(Fault("devops", 400, body=hidden, route=RECORDS, times=1_000))
    ended(build, plan, "a/one.ipynb")
    build.wait_for(lambda: [run["tags"].get("notebook_result") for run in build.runs(plan)] == ["failed"])
    assert build.azure.drained(60)
    [outcome] = work(lambda app: close_stale(app, deadline()))
    assert isinstance(outcome, IdentityError) and is_open(build, plan) == ["true"]
    build.azure.traffic.reset()
    build.close_stale_plans()
    assert build.ended(plan) == "failed"


def test_what_nobody_can_be_told_of_for_a_month_is_asked_for_no_more(build, plan, work):
    build.azure.traffic.inject(Fault("devops", 403, route=RECORDS, times=1_000))
    ended(build, plan, "a/one.ipynb")
    build.wait_for(lambda: [run["tags"].get("notebook_result") for run in build.runs(plan)] == ["failed"])
    for days, kind, told in ((30, IdentityError, ["true"]), (32, type(None), ["false"])):
        for run in build.open_runs():
            run["createdUtc"] = iso(datetime.now(UTC) - timedelta(days=days))
        [outcome] = work(lambda app: close_stale(app, deadline()))
        assert isinstance(outcome, kind) and is_open(build, plan) == told
