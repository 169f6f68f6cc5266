"""When a run is started, by whom, and with which right."""
import pytest

from tests.environment_setup.bicep import compiler
from tests.environment_setup.bicep.compiler import CompilerError
from tests.environment_setup.bicep.deployed import GROUP, WORKSPACE, WORKSPACE_GROUP, deploy, known_later
from tests.environment_setup.scheduling.declared import (
    BATCH, DATA_FACTORY, ENDPOINT, JOB_SCHEDULE, LOGIC_APP, PUBLISHED, RECURRENCE, scheduler)

DATA_SCIENTIST = "f6c7c914-8db3-469d-8ca1-694a8f32e121"
ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"
MONDAYS = RECURRENCE | {"frequency": "Week", "weekDays": ["Monday"], "hours": [6, 18]}
IDENTITIES = {
    DATA_FACTORY: f"<{GROUP}/providers/Microsoft.DataFactory/factories/nightly.identity.principalId>",
    LOGIC_APP: f"<{GROUP}/providers/Microsoft.Logic/workflows/nightly.identity.principalId>",
}
JOB = {"name": "nightly", "workspaceName": "sample-ws", "jobName": "first_job", "experimentName": "batch_scoring"}

each_template = pytest.mark.parametrize("template", IDENTITIES, ids=lambda path: path.stem)


def recurrence_of(deployed):
    for one in deployed.resources:
        if one.type.endswith("/triggers"):
            return one.properties["typeProperties"]["recurrence"]
        if one.type == "Microsoft.Logic/workflows":
            return one.properties["definition"]["triggers"]["schedule"]["recurrence"]


def triggered(deployed):
    [started] = deployed.the("Microsoft.DataFactory/factories/triggers").properties["pipelines"]
    return started["pipelineReference"]["referenceName"]


def activity_of(deployed, name):
    [pipeline] = [one for one in deployed.of_type("Microsoft.DataFactory/factories/pipelines") if one.name == name]
    [activity] = pipeline.properties["activities"]
    return activity


@each_template
def test_the_identity_has_one_role_on_the_workspace(template):
    deployed = scheduler(template, PUBLISHED)
    assignment = deployed.the(ASSIGNMENTS)
    assert (known_later(assignment.properties["principalId"]), assignment.scope) == (IDENTITIES[template], WORKSPACE)
    assert assignment.properties["roleDefinitionId"].endswith(f"/roleDefinitions/{DATA_SCIENTIST}")
    assert assignment.properties["principalType"] == "ServicePrincipal"


@each_template
def test_another_role_takes_its_place(template):
    role = "44444444-4444-4444-4444-444444444444"
    assert scheduler(template, PUBLISHED, role=role).the(ASSIGNMENTS).properties["roleDefinitionId"].endswith(role)


@each_template
def test_a_time_in_utc_ends_with_z_and_one_of_a_zone_does_not(template):
    zone = "W. Europe Standard Time"
    utc, local = (recurrence_of(scheduler(template, PUBLISHED, recurrence=one))
                  for one in (RECURRENCE, RECURRENCE | {"timeZone": zone}))
    assert utc == {"frequency": "Day", "interval": 1, "startTime": "2026-12-01T06:00:00Z", "timeZone": "UTC"}
    assert local == {"frequency": "Day", "interval": 1, "startTime": "2026-12-01T06:00:00", "timeZone": zone}


@each_template
def test_hours_and_days_are_told(template):
    found = recurrence_of(scheduler(template, PUBLISHED, recurrence=MONDAYS))
    assert found["schedule"] == {"weekDays": ["Monday"], "hours": [6, 18]}


def test_data_factory_waits_for_a_published_pipeline_by_its_own_activity():
    deployed = scheduler(DATA_FACTORY, ENDPOINT | {"version": "3"}, parameters={"param_batch_size": "50"})
    activity = activity_of(deployed, triggered(deployed))
    assert activity["type"] == "AzureMLExecutePipeline"
    assert activity["typeProperties"] == {
        "mlPipelineEndpointId": ENDPOINT["id"], "version": "3", "experimentName": "batch_scoring",
        "mlPipelineParameters": {"param_batch_size": "50"}}
    linked = deployed.the("Microsoft.DataFactory/factories/linkedservices")
    assert activity["linkedServiceName"]["referenceName"] == linked.name
    assert linked.properties["typeProperties"] == {
        "subscriptionId": WORKSPACE.split("/")[2], "resourceGroupName": WORKSPACE_GROUP.rpartition("/")[2],
        "mlWorkspaceName": "sample-ws", "authentication": "MSI"}


def test_data_factory_does_not_wait_where_it_should_not():
    assert triggered(scheduler(DATA_FACTORY, PUBLISHED, waits=False)) == "submit"


def test_data_factory_cannot_wait_for_a_batch_endpoint():
    deployed = scheduler(DATA_FACTORY, BATCH)
    assert triggered(deployed) == "submit"
    assert [one.name for one in deployed.of_type("Microsoft.DataFactory/factories/pipelines")] == ["submit"]
    with pytest.raises(CompilerError, match="Data Factory cannot wait for a batch endpoint"):
        scheduler(DATA_FACTORY, BATCH, waits=True)


def test_no_call_is_repeated_by_itself():
    """A call that timed out may have started a run."""
    factory, app = (scheduler(template, PUBLISHED) for template in IDENTITIES)
    assert [activity_of(factory, name)["policy"]["retry"] for name in ("execute", "submit")] == [0, 0]
    action = app.the("Microsoft.Logic/workflows").properties["definition"]["actions"]["submit"]
    assert action["inputs"]["retryPolicy"] == {"type": "none"}


def test_a_logic_app_is_on_unless_it_is_switched_off():
    states = [scheduler(LOGIC_APP, PUBLISHED, enabled=on).the("Microsoft.Logic/workflows").properties["state"]
              for on in (True, False)]
    assert states == ["Enabled", "Disabled"]


@pytest.mark.parametrize(("given", "trigger"), [
    ({"recurrence": RECURRENCE}, {"triggerType": "Recurrence", "frequency": "Day", "interval": 1}),
    ({"recurrence": MONDAYS}, {"triggerType": "Recurrence", "frequency": "Week", "interval": 1, "schedule": {
        "hours": [6, 18], "minutes": [0], "weekDays": ["Monday"]}}),
    ({"recurrence": RECURRENCE | {"frequency": "Week", "weekDays": ["Monday"]}},
     {"triggerType": "Recurrence", "frequency": "Week", "interval": 1, "schedule": {
         "hours": [int(RECURRENCE["startTime"][11:13])], "minutes": [0], "weekDays": ["Monday"]}}),
    ({"cron": {"expression": "0 6 * * 1", "startTime": RECURRENCE["startTime"]}},
     {"triggerType": "Cron", "expression": "0 6 * * 1"}),
], ids=["recurrence", "hours", "days", "cron"])
def test_a_job_is_run_again_by_azure_machine_learning(given, trigger):
    schedule = deploy(JOB_SCHEDULE, JOB | {"inputs": {"size": "@50"}} | given).the(
        "Microsoft.MachineLearningServices/workspaces/schedules")
    assert schedule.properties["trigger"] == trigger | {"startTime": RECURRENCE["startTime"], "timeZone": "UTC"}
    job = schedule.properties["action"]["jobDefinition"]
    assert job["sourceJobId"] == schedule.id.rpartition("/schedules/")[0] + "/jobs/first_job"
    assert job["inputs"] == {"size": {"jobInputType": "literal", "value": "@50"}}
    assert job["tags"] == {"submitted_by": "schedule", "schedule": "nightly"}


@pytest.mark.parametrize("given", [{}, {"recurrence": RECURRENCE, "cron": {
    "expression": "0 6 * * *", "startTime": RECURRENCE["startTime"]}}], ids=["neither", "both"])
def test_one_of_recurrence_and_cron_is_given(given):
    with pytest.raises(CompilerError, match="give one of recurrence and cron"):
        deploy(JOB_SCHEDULE, JOB | given)


@pytest.mark.parametrize("path", [*IDENTITIES, JOB_SCHEDULE], ids=lambda path: path.stem)
def test_every_parameter_is_described(path):
    declared = compiler.find().compile(path).template["parameters"]
    assert [name for name, one in declared.items() if not one.get("metadata", {}).get("description")] == []
