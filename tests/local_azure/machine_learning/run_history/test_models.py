from dataclasses import replace

import pytest

from local_azure.machine_learning.run_history.models import NotFoundError, RunHistory
from local_azure.scenarios.models import Run


@pytest.fixture
def runs(history, workspace):
    return history.workspace(workspace.arm_id)


def ids(found):
    return [run.id for run in found]


def test_workspace_is_found_in_any_case(history, workspace):
    assert history.workspace(workspace.arm_id.upper()) is history.workspace(workspace.arm_id)


def test_workspaces_keep_their_runs_apart(workspace):
    second = replace(workspace, name="second-ws", runs=())
    history = RunHistory([workspace, second])
    assert history.workspace(workspace.arm_id).run("train").id == "train"
    with pytest.raises(NotFoundError, match="Run train was not found"):
        history.workspace(second.arm_id).run("train")


def test_experiment_is_found_by_name_and_by_id(runs):
    assert runs.experiment("flight-delay") == runs.experiment("e1")


def test_run_is_found_in_its_own_experiment_only(runs):
    assert runs.run("other", runs.experiment("churn")).id == "other"
    with pytest.raises(NotFoundError):
        runs.run("other", runs.experiment("flight-delay"))


def test_children_come_last_started_first(runs):
    assert ids(runs.children(runs.run("pipeline"))) == ["train", "prepare"]
    assert runs.children(runs.run("train")) == []


def test_query_stays_within_the_experiment(runs):
    assert ids(runs.query(runs.experiment("flight-delay"), None)) == ["train", "prepare", "pipeline"]
    assert ids(runs.query(runs.experiment("flight-delay"), "(Status eq Failed)")) == ["train", "pipeline"]


def test_log_files_are_listed_by_folder_with_signed_urls(runs):
    urls = runs.log_urls("dcid.train", "user_logs")
    assert list(urls) == ["user_logs/std_log.txt"]
    assert "/dcid.train/user_logs/std_log.txt?" in urls["user_logs/std_log.txt"]
    assert "&sig=" in urls["user_logs/std_log.txt"]


def test_a_run_may_say_that_its_container_is_another(runs):
    raw = Run({"runId": "raw", "dataContainerId": "dcid.elsewhere"}, {}, ("user_logs/std_log.txt",))
    runs.put(raw)
    assert runs.log_urls("dcid.elsewhere", "user_logs") and runs.log_urls("dcid.raw", "user_logs")
    with pytest.raises(NotFoundError):
        runs.log_urls("raw", "user_logs")


def test_datasets_are_those_that_runs_read_or_wrote(runs):
    runs.require_dataset("prepared-data")
    with pytest.raises(NotFoundError):
        runs.require_dataset("unheard-of")


@pytest.mark.parametrize("look_up", [
    lambda runs: runs.run("unheard-of"), lambda runs: runs.experiment("unheard-of"),
    lambda runs: runs.log_urls("unheard-of", "user_logs")])
def test_unknown_names_are_not_found(runs, look_up):
    with pytest.raises(NotFoundError, match="unheard-of was not found"):
        look_up(runs)


def test_put_adds_a_run(runs):
    runs.put(Run({"runId": "new", "experimentId": "e1", "parentRunId": "pipeline"}, {"runId": "new"}))
    assert "new" in ids(runs.children(runs.run("pipeline")))


def test_put_replaces_a_run(runs):
    train = runs.run("train")
    runs.put(replace(train, record={**train.record, "status": "Completed"}))
    assert runs.run("train").record["status"] == "Completed"
    assert len(runs.children(runs.run("pipeline"))) == 2
