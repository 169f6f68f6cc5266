"""The settings of the functions that start pipelines."""
from datetime import UTC, datetime

import pytest

from azure_access.errors import SettingsError
from azure_access.workspaces import WorkspaceId
from PipelineSchedule.pipelines import BatchEndpoint
from PipelineSchedule.settings import Settings, read_answer_seconds

WORKSPACE = {"SUBSCRIPTION_ID": "sub", "RESOURCE_GROUP": "group", "WORKSPACE_NAME": "ws"}
SCHEDULED = {**WORKSPACE, "SUBMITTABLE_PIPELINES": "nightly=batch:scoring", "SCHEDULED_PIPELINE": "nightly",
             "PIPELINE_SCHEDULE": "0 0 6 * * *"}


def test_none_may_be_started_by_default():
    settings = Settings.from_environment(WORKSPACE)
    assert (settings.pipelines, settings.scheduled) == ({}, None)
    assert settings.workspace == WorkspaceId("sub", "group", "ws")


def test_what_the_clock_starts():
    settings = Settings.from_environment({**SCHEDULED, "SCHEDULED_PARAMETERS": '{"size": 50}'})
    assert settings.pipelines == {"nightly": BatchEndpoint("scoring")}
    assert settings.scheduled.submission.parameters == {"size": "50"}
    assert settings.scheduled.submission.experiment_name == settings.scheduled.pipeline_name == "nightly"
    at = datetime(2026, 3, 4, 7, tzinfo=UTC)
    assert settings.scheduled.schedule.last_time(at) == at.replace(hour=6)


def test_another_identity_than_that_of_the_other_functions_may_start_pipelines():
    principal = {"TENANT_ID": "t", "APP_ID": "a", "SERVICE_PRINCIPAL_PASSWORD": "p", "AZURE_CLOUD": "AzureUSGovernment"}
    own = Settings.from_environment({**WORKSPACE, **principal, "SUBMITTER_CLIENT_ID": "submitter"}).identity
    assert (own.service_principal, own.managed_identity_client_id) == (None, "submitter")
    shared = Settings.from_environment({**WORKSPACE, **principal}).identity
    assert shared.service_principal.client_id == "a" and shared.cloud == own.cloud


@pytest.mark.parametrize(("wrong", "said"), [
    ({"WORKSPACE_NAME": ""}, "WORKSPACE_NAME not set"),
    ({"SCHEDULED_PIPELINE": "weekly"}, "SCHEDULED_PIPELINE is none of the names in SUBMITTABLE_PIPELINES"),
    ({"PIPELINE_SCHEDULE": ""}, "PIPELINE_SCHEDULE not set"),
    ({"PIPELINE_SCHEDULE": "daily"}, "PIPELINE_SCHEDULE is 'daily'"),
    ({"SCHEDULED_PARAMETERS": "size=50"}, "SCHEDULED_PARAMETERS is no JSON"),
    ({"SCHEDULED_PARAMETERS": "[50]"}, "SCHEDULED_PARAMETERS: parameters: it is no object"),
    ({"SCHEDULED_PARAMETERS": '{"size": [50]}'}, "SCHEDULED_PARAMETERS: parameters.size: it is no text"),
])
def test_a_setting_that_is_wrong_is_named(wrong, said):
    with pytest.raises(SettingsError, match=said):
        Settings.from_environment(SCHEDULED | wrong)


@pytest.mark.parametrize(("value", "seconds"), [("", 18), ("1", 1), ("2.5", 2.5), ("20", 20)])
def test_how_long_an_answer_may_take(value, seconds):
    assert read_answer_seconds({"ANSWER_TIMEOUT_SECONDS": value}) == seconds


@pytest.mark.parametrize("value", ["0", "21", "nan", "soon"])
def test_an_answer_that_may_take_longer_than_its_caller_waits_is_refused(value):
    with pytest.raises(SettingsError, match=f"ANSWER_TIMEOUT_SECONDS is '{value}': .* from 1 to 20 there"):
        read_answer_seconds({"ANSWER_TIMEOUT_SECONDS": value})
