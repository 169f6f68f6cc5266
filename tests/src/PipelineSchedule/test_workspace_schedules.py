"""Schedules that Azure Machine Learning keeps, of both kinds, and the commands for them."""
from datetime import UTC, datetime

import pytest
from starlette.responses import JSONResponse, Response

from PipelineSchedule import __main__
from PipelineSchedule.pipelines import PipelineEndpoint, PublishedPipeline
from PipelineSchedule.recurrences import Recurrence
from PipelineSchedule.refusals import Refusal
from PipelineSchedule.submissions import Submission
from PipelineSchedule.workspace_schedules import Job, WorkspaceSchedule
from tests.src.PipelineSchedule.workspace_double import ENDPOINT_ID, PIPELINE_ID, WORKSPACE

ASKED = Submission("batch_scoring", {"size": "50"}, description="every day")
DAILY = Recurrence(datetime(2026, 12, 1, 6), frequency="Day")
NOW = datetime(2026, 12, 3, 7, tzinfo=UTC)
GUID = "00000000-0000-0000-0000-000000000000"


def create(schedules, deadline, starts=PublishedPipeline(PIPELINE_ID), when=DAILY):
    return schedules.create("nightly", starts, ASKED, when, deadline)


@pytest.mark.parametrize(("starts", "field"), [(PublishedPipeline(PIPELINE_ID), "PipelineId"),
                                               (PipelineEndpoint(ENDPOINT_ID), "PipelineEndpointId")])
def test_a_schedule_of_a_published_pipeline_is_created(workspace, schedules, deadline, starts, field):
    assert create(schedules, deadline, starts) == GUID
    [created] = workspace.schedules.values()
    assert (created["Name"], created[field], created["ScheduleType"]) == ("nightly", starts.id, "0")
    assert created["Recurrence"]["StartTime"] == "2026-12-01T06:00:00"
    assert created["PipelineSubmissionInfo"] == {
        "ExperimentName": "batch_scoring", "Description": "every day", "ParameterAssignments": {"size": "50"},
        "RunType": "Schedule", "tags": {"submitted_by": "schedule", "schedule": "nightly"}}


def test_a_schedule_that_may_have_been_created_is_looked_for_before_there_are_two(workspace, schedules, deadline):
    schedules.list_all(NOW, deadline)
    workspace.refusal = Response(status_code=500)
    with pytest.raises(Refusal, match="HTTP 500; it may have been created: look at the list before you"):
        create(schedules, deadline)
    assert [path for _, path, _, _ in workspace.requests].count(workspace.requests[-1][1]) == 1


def test_a_schedule_of_a_job_is_created(workspace, schedules, deadline):
    assert create(schedules, deadline, Job("first_job"), Recurrence(DAILY.start, cron="0 6 * * 1-5")) == "nightly"
    found = workspace.job_schedules["nightly"]["properties"]
    assert (found["isEnabled"], found["trigger"]["expression"]) == (True, "0 6 * * 1-5")
    job = found["action"]["jobDefinition"]
    assert job["sourceJobId"] == f"{WORKSPACE.arm_id}/jobs/first_job"
    assert job["inputs"] == {"size": {"jobInputType": "literal", "value": "50"}}


def test_a_schedule_of_a_job_takes_the_place_of_no_other(workspace, schedules, deadline):
    create(schedules, deadline, Job("first_job"))
    with pytest.raises(Refusal, match="there is a schedule nightly: give the new one another name"):
        create(schedules, deadline, Job("second_job"))
    job = workspace.job_schedules["nightly"]["properties"]["action"]["jobDefinition"]
    assert job["sourceJobId"].endswith("/first_job")


def test_both_kinds_are_listed_with_their_next_and_last_run(workspace, schedules, deadline):
    create(schedules, deadline)
    create(schedules, deadline, Job("first_job"))
    workspace.schedules[GUID]["last"] = "run-7"
    tomorrow = datetime(2026, 12, 4, 6, tzinfo=UTC)
    assert schedules.list_all(NOW, deadline) == [
        WorkspaceSchedule(GUID, "nightly", f"published:{PIPELINE_ID}", "batch_scoring", "every day UTC", True, tomorrow,
                          "run-7"),
        WorkspaceSchedule("nightly", "nightly", "job:first_job", "batch_scoring", "every day UTC", True, tomorrow,
                          None)]


@pytest.mark.parametrize("starts", [PublishedPipeline(PIPELINE_ID), Job("first_job")], ids=["published", "job"])
def test_a_schedule_is_switched_off_and_on(schedules, deadline, starts):
    schedule_id = create(schedules, deadline, starts)
    for is_enabled in (False, True):
        schedules.enable(schedule_id, is_enabled, deadline)
        [found] = schedules.list_all(NOW, deadline)
        assert (found.is_enabled, found.next_time is not None, found.when) == (is_enabled, is_enabled, "every day UTC")


def test_of_jobs_it_is_disabled_and_deleted_of_published_pipelines_disabled(workspace, schedules, deadline):
    for starts, is_gone in ((PublishedPipeline(PIPELINE_ID), False), (Job("first_job"), True)):
        assert schedules.delete(create(schedules, deadline, starts), deadline) is is_gone
    assert workspace.schedules[GUID]["EntityStatus"] == "Disabled"
    assert workspace.job_schedules == {}
    methods = [method for method, path, _, _ in workspace.requests if path.endswith("/schedules/nightly")]
    assert methods == ["GET", "PUT", "GET", "PUT", "DELETE"]


@pytest.mark.parametrize("schedule_id", [GUID, "none"])
def test_one_that_is_not_there_is_told(schedules, deadline, schedule_id):
    with pytest.raises(Refusal, match="does not know it, or its pipeline is gone"):
        schedules.enable(schedule_id, True, deadline)


@pytest.mark.parametrize(("answer", "said"), [
    (JSONResponse({"error": {"message": "Pipeline is disabled"}}, 409), "Pipeline is disabled"),
    (Response(status_code=404), "its pipeline is gone"),
    (Response(status_code=403), "the role AzureML Data Scientist")])
def test_a_refusal_is_told(workspace, schedules, deadline, answer, said):
    schedules.list_all(NOW, deadline)
    workspace.refusal = answer
    with pytest.raises(Refusal, match=said):
        create(schedules, deadline)


def test_without_settings_the_command_says_which(monkeypatch, capsys):
    monkeypatch.delenv("WORKSPACE_NAME", raising=False)
    assert __main__.main(["list"]) == 2
    assert "WORKSPACE_NAME" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "said"), [
    (["create", "n", "--published", PIPELINE_ID, "--experiment", "e", "--frequency", "Day"], "--start"),
    (["create", "n", "--published", PIPELINE_ID, "--experiment", "e", "--start", "tomorrow", "--frequency", "Day"],
     "no time such as"),
    (["create", "n", "--job", "j", "--experiment", "e", "--start", "2026-12-01T06:00:00"],
     "give one of --frequency and --cron"),
    (["create", "n", "--published", PIPELINE_ID, "--experiment", "e", "--start", "2026-12-01T06:00:00", "--cron",
      "0 6 * * *"], "--cron is for jobs alone"),
    (["create", "n", "--job", "j", "--experiment", "e", "--start", "2026-12-01T06:00:00", "--cron", "0 6 * * *",
      "--hour", "7"], "--cron says by itself when"),
    (["create", "n", "--experiment", "e", "--start", "2026-12-01T06:00:00", "--frequency", "Day"], "--published"),
    (["create", "n", "--job", "j", "--experiment", "e", "--start", "2026-12-01T06:00:00", "--frequency", "Day",
      "--parameter", "size"], "no NAME=VALUE"),
    ([], "command"), (["enable"], "ID")])
def test_what_is_missing_or_wrong_is_told_before_anything_is_asked(workspace, capsys, arguments, said):
    with pytest.raises(SystemExit) as caught:
        __main__.main(arguments)
    assert caught.value.code == 2
    assert said in capsys.readouterr().err
    assert workspace.requests == []
