"""Every query knows a tree of runs by its root, whatever is between: sweeps, AutoML, nested pipelines, attempts.

The trees are those of data/run_trees.json, each an experiment of its own, as records of either version. A store holds
them all, and with each some usual runs of the days before.
"""
import json
from collections import defaultdict
from datetime import timedelta

import pytest

from tests.queries.conftest import Insights
from tests.queries.run_trees import NOON, VERSIONS, records_of, runs_of, trees

TREES = trees()
RUNS = {name: runs_of(name, tree) for name, tree in TREES.items()}
ALL_RUNS = {run.id: run for runs in RUNS.values() for run in runs}
EVENING = NOON + timedelta(hours=6)
SWEEP = "trials of a sweep in a pipeline in a pipeline"
SWEEP_ALONE = "a failed trial of a sweep of its own that completed"
USUAL_SECONDS = 600


@pytest.fixture(scope="module", params=VERSIONS)
def forest(request):
    """Every tree, as records of one version; read it only."""
    opened = Insights()
    for name, runs in RUNS.items():
        for time, dimensions in records_of(runs, request.param):
            opened.send(time, dimensions)
        for day in range(1, 4):
            record_usual(opened, name, f"{name} {day}", NOON - timedelta(days=day))
    yield opened
    opened.store.close()


def record_usual(insights, experiment, root_id, begin):
    """A pipeline run that takes as long as usual, with a step and a trial below it."""
    known = {"started": begin, "experiment_name": experiment, "root_run_id": root_id}
    insights.run(root_id, seconds=USUAL_SECONDS, **known)
    insights.run(f"{root_id} step", parent=root_id, seconds=60, **known)
    insights.run(f"{root_id} trial", parent=f"{root_id} step", seconds=30, **known)


def of_trees(rows, column="run_id"):
    """The ids that belong to a tree, without its name, by tree."""
    found = defaultdict(list)
    for row in rows:
        if row[column] in ALL_RUNS:
            tree, run_id = row[column].split(": ")
            found[tree].append(run_id)
    return {name: found[name] for name in TREES}


def expected(what):
    return {name: tree["expected"][what] for name, tree in TREES.items()}


def url_of(run_id):
    return f"https://ml.azure.com/runs/{run_id}?wsid=w"


def test_failed_are_the_runs_whose_failures_nothing_absorbed(forest):
    rows = forest.ask("failed_pipeline_runs")
    assert of_trees(rows) == expected("failed")
    assert all(row["failed_step_name"] for row in rows if row["failed_step_count"])


@pytest.mark.parametrize("name, cause, count", [
    ("one step that was mended and one that was not", "publish", 1),
    ("a failed nested pipeline of a pipeline that goes on", "train", 2),
    (SWEEP_ALONE, f"{SWEEP_ALONE}: HD_0", 1)])
def test_the_cause_is_the_first_failure_that_nothing_absorbed(forest, name, cause, count):
    [row] = forest.ask("failed_pipeline_runs", experiment=name)
    assert (row["failed_step_name"], row["failed_step_count"]) == (cause, count)


def test_in_progress_are_roots_alone_until_they_have_ended(forest):
    rows = forest.ask("running_runs", at=EVENING)
    assert of_trees(rows) == expected("running")
    assert all(row["run_url"] == url_of(row["run_id"]) for row in rows)
    [summary] = forest.ask("summary", since=NOON, until=EVENING)
    assert summary["running"] == len(rows)


def test_stuck_are_roots_alone_and_compared_with_roots(forest):
    rows = forest.ask("stuck_runs", at=EVENING)
    assert of_trees(rows) == expected("running")
    assert {row["usual_p95_seconds"] for row in rows} == {USUAL_SECONDS}


def test_hours_are_those_of_machines(forest):
    hours = {name: sum(row["node_hours"] for row in forest.ask("compute_hours", experiment=name)) for name in TREES}
    assert hours == pytest.approx(expected("node_hours"))


def test_a_tree_is_one_run_of_its_experiment(forest):
    rows = forest.ask("late_runs", at=NOON + timedelta(days=3), least_runs=2)
    assert {row["last_run_id"]: (row["runs"], row["run_url"]) for row in rows} == {
        runs[0].id: (4, url_of(runs[0].id)) for runs in RUNS.values()}


@pytest.mark.parametrize("name", TREES)
def test_the_steps_of_a_run_are_all_that_is_below_it(forest, name):
    root, *below = RUNS[name]
    rows = forest.ask("run_steps", run=root.id)
    assert {row["run_id"] for row in rows} == {run.id for run in below if run.recorded}
    assert all(row["step_name"] and row["start_offset_seconds"] >= 0 for row in rows)


def test_below_a_step_are_its_own_runs(forest):
    rows = forest.ask("run_steps", run=f"{SWEEP}: HD")
    assert [(row["run_id"], row["start_offset_seconds"]) for row in rows] == [
        (f"{SWEEP}: HD_0", 60), (f"{SWEEP}: HD_1", 660), (f"{SWEEP}: HD_2", 1260)]


@pytest.mark.parametrize("version", VERSIONS)
def test_without_a_run_the_steps_are_those_of_the_root_of_the_last(insights, version):
    for time, dimensions in records_of(RUNS["iterations of AutoML in a nested pipeline that still runs"], version):
        insights.send(time, dimensions)
    assert [row["step_name"].split("_")[-1] for row in insights.ask("run_steps")] == ["0", "1"]


def test_every_run_has_a_name_a_level_and_its_root(forest):
    rows = {row["run_id"]: row for row in forest.ask("latest_runs")}
    for run in ALL_RUNS.values():
        if run.recorded:
            row = rows[run.id]
            assert (row["run_level"], row["root_run_id"]) == ("step" if run.parent_id else "pipeline", run.root_id)
            assert row["run_name"]
    assert rows[f"{SWEEP}: HD_1"]["run_name"] == f"HD / {SWEEP}: HD_1"


@pytest.mark.parametrize("query", ["top_failing_steps", "slowest_steps", "step_durations"])
def test_no_step_is_without_a_name(forest, query):
    names = {row["step_name"] for row in forest.ask(query, experiment=SWEEP)}
    assert "" not in names and "runs of HD" in names


def test_a_step_whose_parent_has_no_name_either_has_one(insights):
    insights.run("nameless", parent="nobody", started=NOON, seconds=60, status="Failed", step_name=None)
    for query in ("top_failing_steps", "step_durations", "failures_by_error"):
        assert [row["step_name"] for row in insights.ask(query)] == ["runs without a name"]


def test_trials_are_no_runs_of_the_step_around_them(forest):
    rows = {row["step_name"]: (row["runs"], row["failed"]) for row in forest.ask("top_failing_steps", experiment=SWEEP)}
    assert rows == {"runs of HD": (3, 1)}


def test_machines_are_waited_for_by_what_runs_on_them(forest):
    assert [row["runs"] for row in forest.ask("queue_time", experiment=SWEEP)] == [3]


@pytest.mark.parametrize("version", VERSIONS)
def test_queue_times_of_the_summary_are_those_of_machines(insights, version):
    known = {"started": NOON, "target": "cpu", "record_version": version}
    insights.run("HD", seconds=600, queue_seconds=500, run_type="hyperdrive", **known)
    insights.run("HD_0", parent="HD", seconds=60, queue_seconds=5, script="t.py", **known)
    [summary] = insights.ask("summary")
    assert (summary["queue_p50_seconds"], summary["queue_p95_seconds"]) == (5, 5)


def test_an_error_counts_where_it_began(forest):
    for name in ("a failed nested pipeline of a pipeline that goes on", "a pipeline run failed"):
        assert [json.loads(row["steps"]) for row in forest.ask("failures_by_error", experiment=name)] == [["train"]]


def test_a_failure_that_was_mended_is_no_cause_of_another(insights):
    """The pipeline run failed for a reason of its own."""
    insights.run("train-1", parent="p", started=NOON, seconds=60, status="Failed", step_name="train",
                 error_fingerprint="preempted")
    insights.run("train-2", parent="p", started=NOON + timedelta(minutes=5), seconds=60, step_name="train")
    insights.run("p", started=NOON, seconds=900, status="Failed", error_fingerprint="own")
    assert {row["error"] for row in insights.ask("failures_by_error")} == {"preempted", "own"}


def test_a_run_is_compared_by_its_steps_and_those_of_nested_pipelines(forest):
    rows = forest.ask("run_comparison", run="attempts of attempts: p")
    assert [(row["step_name"], row["run_status"]) for row in rows] == [
        ("p", "Completed"), ("nested", "Completed"), ("nested / train", "Completed")]


def test_trials_are_not_compared(forest):
    names = [row["step_name"] for row in forest.ask("run_comparison", run=f"{SWEEP}: p")]
    assert names == ["p", "nested", "nested / sweep"]


def test_the_details_of_a_trial_name_its_root(forest):
    [row] = forest.ask("run_details", run=f"{SWEEP}: HD_1")
    assert (row["parent_run_id"], row["root_run_id"]) == (f"{SWEEP}: HD", f"{SWEEP}: p")


def test_trials_that_take_longer_are_no_slower_step(insights):
    for number, minutes in enumerate((1, 1, 1, 60)):
        insights.run(f"HD_{number}", parent="HD", started=NOON + timedelta(hours=number), seconds=60 * minutes,
                     step_name=None, parent_run_name="HD")
    assert insights.ask("slower_steps") == []
