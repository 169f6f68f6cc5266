"""Everything of a run is asked for before the first answer comes."""
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from azure_access.answers import Fields
from azure_access.deadline import Deadline
from PipelineRunMonitor.events.parsing import PIPELINE_RUN, RunEvent
from PipelineRunMonitor.runs.failed_steps import FailedRuns
from PipelineRunMonitor.runs.optional_reads import OptionalReads
from PipelineRunMonitor.runs.parents import SharedParents
from PipelineRunMonitor.runs.reading import Reading
from PipelineRunMonitor.runs.snapshots import RunSummary

STEP = RunEvent(id="e", type="t", time=None, workspace=None, run_id="step", run_status="Completed",
                run_type="azureml.StepRun", experiment_id="x", experiment_name="experiment",
                tags={"azureml.pipelinerunid": "root"}, properties={}, source="event")
ROOT = replace(STEP, run_id="root", run_type=PIPELINE_RUN, tags={})
SCRIPT = replace(STEP, run_id="script", run_type="azureml.scriptrun", tags={})


class Runs:
    """A workspace that answers when everything that is expected has been asked."""

    region = None

    def __init__(self, run, expected):
        self._run, self._expected = run, set(expected)
        self.asked, self._changed = [], threading.Condition()

    def _ask(self, what, answer):
        with self._changed:
            self.asked.append(what)
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: self._expected <= set(self.asked), 10), self.asked
        return answer

    def find_page(self, run_id):
        return f"https://ml.azure.com/runs/{run_id}"

    def read_run(self, run_id):
        return self._ask("run", Fields(self._run))

    def read_parent(self, run_id):
        return self._ask(f"parent {run_id}", RunSummary(run_id))

    def read_details(self, run_id, experiment):
        return self._ask("details", Fields({"runId": run_id}))

    def read_log_files(self, run_id, container):
        return self._ask(f"files of {container}", {"user_logs/std_log.txt": f"https://example.com/{container}"})

    def read_metrics(self, run_id):
        return self._ask("metrics", {"auc": 0.9, "loss": 0.1, "f1": None})

    def read_failed_runs(self, run_id, experiment):
        return self._ask("failed steps", FailedRuns(run_id, []))

    def read_experiment_name(self, experiment):
        return self._ask("experiment", "experiment")


def read(event, runs, metric_names=()):
    with ThreadPoolExecutor(8) as threads:
        deadline = Deadline(10)
        reads = OptionalReads(event.run_id, threads, deadline)
        return Reading(event, runs, reads, SharedParents(), deadline, metric_names).read()


@pytest.mark.parametrize("event, run, wave", [
    (STEP, {"parentRunId": "root", "dataContainerId": "dcid.step"},
     ["run", "details", "parent root", "files of dcid.step"]),
    (ROOT, {"runType": PIPELINE_RUN}, ["run", "details", "failed steps"]),
    (SCRIPT, {"dataContainerId": "dcid.script"}, ["run", "details", "failed steps", "files of dcid.script"])])
def test_all_is_asked_at_once_and_nothing_twice(event, run, wave):
    runs = Runs(run, wave)
    snapshot = read(event, runs)
    assert sorted(runs.asked) == sorted(wave)
    assert snapshot.not_read == ()


@pytest.mark.parametrize("names, found", [
    (["*"], ["auc", "loss", "f1"]), (["f1", "auc", "unheard of"], ["f1", "auc"]), (["f1", "*"], ["f1", "auc", "loss"])])
def test_metrics_are_asked_for_at_once_with_the_rest(names, found):
    runs = Runs({"runType": PIPELINE_RUN}, ["run", "details", "failed steps", "metrics"])
    snapshot = read(ROOT, runs, names)
    assert sorted(runs.asked) == ["details", "failed steps", "metrics", "run"]
    assert list(snapshot.metrics) == found


def test_files_are_asked_for_again_where_the_run_names_another_container():
    runs = Runs({"parentRunId": "root", "dataContainerId": "dcid.other"}, [])
    snapshot = read(STEP, runs)
    assert snapshot.details["logFiles"] == {"user_logs/std_log.txt": "https://example.com/dcid.other"}
    assert [what for what in runs.asked if what.startswith("files")] == ["files of dcid.step", "files of dcid.other"]


def test_a_run_without_a_container_has_no_files():
    snapshot = read(STEP, Runs({"parentRunId": "root"}, []))
    assert (snapshot.details["logFiles"], snapshot.not_read) == ({}, ())


@pytest.mark.parametrize("event", [STEP, replace(SCRIPT, run_id="step")])
def test_the_parent_that_the_run_names_is_the_one(event):
    runs = Runs({"parentRunId": "between", "rootRunId": "root"}, [])
    snapshot = read(event, runs)
    assert (snapshot.parent.id, snapshot.root_run_id, snapshot.failed_steps) == ("between", "root", None)


def test_an_event_that_says_little_is_asked_about_step_by_step():
    runs = Runs({"experimentId": "x", "runType": PIPELINE_RUN, "dataContainerId": "dcid.root"}, [])
    snapshot = read(replace(ROOT, run_type=None, experiment_id=None, experiment_name=None), runs)
    assert runs.asked[0] == "run" and sorted(runs.asked) == ["details", "experiment", "failed steps", "run"]
    assert (snapshot.experiment_name, snapshot.details["logFiles"]) == ("experiment", {})
