"""The compute cluster costs nothing while nothing runs, and the development machine is one person's and stops."""
from tests.environment_setup.bicep.deployed import FOLDER, deploy

COMPUTES = "Microsoft.MachineLearningServices/workspaces/computes"


def computed(name, **parameters):
    file = FOLDER / "compute" / f"{name}.bicep"
    return deploy(file, {"name": "small", "workspaceName": "sample-ws"} | parameters).the(COMPUTES).properties


def test_the_cluster_scales_to_zero_soon():
    cluster = computed("cluster", maximumNodeCount=2)
    assert (cluster["computeType"], cluster["disableLocalAuth"]) == ("AmlCompute", True)
    assert cluster["properties"]["scaleSettings"] == {
        "minNodeCount": 0, "maxNodeCount": 2, "nodeIdleTimeBeforeScaleDown": "PT2M"}
    assert cluster["properties"]["remoteLoginPortPublicAccess"] == "Disabled"


def test_the_development_machine_is_one_persons_and_stops_in_the_evening_and_when_left_alone():
    machine = computed("development_machine", userObjectId="ada", userTenantId="tenant", stopHour=19)
    assert (machine["computeType"], machine["disableLocalAuth"]) == ("ComputeInstance", True)
    found = machine["properties"]
    assert found["personalComputeInstanceSettings"] == {"assignedUser": {"objectId": "ada", "tenantId": "tenant"}}
    assert (found["applicationSharingPolicy"], found["sshSettings"]["sshPublicAccess"]) == ("Personal", "Disabled")
    assert found["idleTimeBeforeShutdown"] == "PT60M"
    [stop] = found["schedules"]["computeStartStop"]
    assert (stop["action"], stop["status"], stop["cron"]) == (
        "Stop", "Enabled", {"expression": "0 19 * * *", "timeZone": "UTC"})
