"""The event subscription hands the function every event that it records, and keeps what cannot be delivered."""
import re
from pathlib import Path

import pytest

from local_azure.event_grid.filters import EventFilter
from NotebookRuns.requests.plans import Plan
from NotebookRuns.runs.identifiers import NotebookRun
from PipelineRunMonitor.events.parsing import RUN_COMPLETED, RUN_STATUS_CHANGED
from PipelineRunMonitor.statuses import ALL, ENDED
from tests.environment_setup.bicep.deployed import (
    OTHER_GROUP, OTHER_WORKSPACE, WORKSPACE, WORKSPACE_GROUP, event_subscriptions, infrastructure, known_later)

FUNCTION_APP = (Path(__file__).parents[2] / "src" / "function_app.py").read_text(encoding="utf-8")
SUBSCRIPTIONS = "Microsoft.EventGrid/systemTopics/eventSubscriptions"


@pytest.fixture(scope="module")
def deployed():
    return infrastructure(existingWorkspaceId=WORKSPACE)


@pytest.fixture(scope="module")
def subscription(deployed):
    return event_subscriptions(deployed).the(SUBSCRIPTIONS)


def passes(subscription, event_type, data):
    """Whether Event Grid lets it through."""
    found = EventFilter.of_template(subscription.properties["filter"])
    return found.refusal({"eventType": event_type, "data": data}) is None


def test_the_events_of_the_code_are_subscribed_to_and_no_others(subscription):
    assert set(subscription.properties["filter"]["includedEventTypes"]) == {RUN_COMPLETED, RUN_STATUS_CHANGED}


@pytest.mark.parametrize("status", ALL)
def test_of_changed_statuses_those_that_are_recorded_pass(subscription, status):
    for spelled in (status, status.lower()):
        assert passes(subscription, RUN_STATUS_CHANGED, {"runStatus": spelled}) == (status in ENDED)


def test_a_completed_run_passes_though_its_event_has_no_status(subscription):
    assert passes(subscription, RUN_COMPLETED, {})


@pytest.mark.parametrize("recorded", ["Running, failed", ",".join(ALL)])
def test_other_recorded_statuses_pass_as_well(recorded):
    found = event_subscriptions(infrastructure(settings={"RECORDED_STATUSES": recorded})).the(SUBSCRIPTIONS)
    wanted = {one.strip().casefold() for one in recorded.split(",")}
    assert {status for status in ALL if passes(found, RUN_STATUS_CHANGED, {"runStatus": status})} == {
        status for status in ALL if status.casefold() in wanted}


def test_events_go_to_the_function_of_the_code(deployed, subscription):
    function = re.search(r'function_name\("(\w+)"\)\s*@app\.event_grid_trigger', FUNCTION_APP)[1]
    destination = subscription.properties["destination"]
    assert destination["endpointType"] == "AzureFunction"
    assert destination["properties"]["resourceId"] == f"{deployed.the('Microsoft.Web/sites').id}/functions/{function}"


def test_events_are_delivered_one_by_one_and_retried_for_a_day(subscription):
    assert subscription.properties["destination"]["properties"]["maxEventsPerBatch"] == 1
    assert subscription.properties["retryPolicy"] == {"maxDeliveryAttempts": 30, "eventTimeToLiveInMinutes": 1440}


def test_dead_letters_are_kept_in_a_container_that_the_topic_may_write_to(deployed, subscription):
    dead_letters = subscription.properties["deadLetterWithResourceIdentity"]
    place = dead_letters["deadLetterDestination"]["properties"]
    containers = deployed.of_type("Microsoft.Storage/storageAccounts/blobServices/containers")
    container = f"{place['resourceId']}/blobServices/default/containers/{place['blobContainerName']}"
    assert container in {one.id for one in containers}
    assert dead_letters["identity"] == {"type": "SystemAssigned"}
    topic = deployed.the("Microsoft.EventGrid/systemTopics")
    assert topic.body["identity"] == {"type": "SystemAssigned"}
    writers = {(one.scope, known_later(one.properties["principalId"]))
               for one in deployed.of_type("Microsoft.Authorization/roleAssignments")}
    assert (container, f"<{topic.id}.identity.principalId>") in writers


def test_the_topic_is_that_of_the_workspace_and_beside_it(deployed):
    topic = deployed.the("Microsoft.EventGrid/systemTopics")
    assert topic.scope == WORKSPACE_GROUP
    assert topic.properties == {"source": WORKSPACE, "topicType": "Microsoft.MachineLearningServices.Workspaces"}
    assert known_later(topic.body["location"]) == f"<{WORKSPACE}.location>"


def test_a_topic_that_a_workspace_has_is_taken():
    found = infrastructure(existingWorkspaceId=WORKSPACE, systemTopicNames={WORKSPACE: "there-before"})
    assert found.the("Microsoft.EventGrid/systemTopics").name == "there-before"
    assert event_subscriptions(found).the(SUBSCRIPTIONS).id.endswith(
        "/systemTopics/there-before/eventSubscriptions/Sample-dev-FUNC")


def test_every_monitored_workspace_has_a_subscription_beside_it():
    found = infrastructure(existingWorkspaceId=WORKSPACE, moreWorkspaceIds=[OTHER_WORKSPACE])
    assert [one.scope for one in event_subscriptions(found).of_type(SUBSCRIPTIONS)] == [WORKSPACE_GROUP, OTHER_GROUP]


def test_a_name_that_a_topic_cannot_have_is_changed():
    found = infrastructure(existingWorkspaceId=WORKSPACE.replace("sample-ws", "sample_ws"))
    assert found.the("Microsoft.EventGrid/systemTopics").name == "sample-ws-events"


def test_the_subscription_comes_after_the_code():
    """Event Grid takes only a function that exists, so it is no part of what is deployed before the code."""
    assert infrastructure().of_type(SUBSCRIPTIONS) == []


@pytest.fixture(scope="module")
def of_notebooks():
    found = infrastructure(existingWorkspaceId=WORKSPACE, moreWorkspaceIds=[OTHER_WORKSPACE], runNotebooks=True)
    return [one for one in event_subscriptions(found).of_type(SUBSCRIPTIONS) if one.name.endswith("-notebooks")]


def test_where_notebooks_are_run_each_workspace_has_a_second_subscription(of_notebooks):
    assert [one.scope for one in of_notebooks] == [WORKSPACE_GROUP, OTHER_GROUP]
    for one in of_notebooks:
        place = one.properties["destination"]["properties"]
        assert place["resourceId"].endswith("/sites/Sample-dev-FUNC/functions/ReportNotebookRun")
        assert place["maxEventsPerBatch"] == 1
        assert "deadLetterDestination" in one.properties["deadLetterWithResourceIdentity"]


def test_of_notebooks_the_end_of_every_run_is_told_and_of_other_runs_nothing(of_notebooks):
    plan = Plan("https://dev.azure.com/contoso", *["one"] * 6)
    tags = NotebookRun(plan, "sales", "a.ipynb", 1, 1).tags()
    ends = [(RUN_COMPLETED, {}), *((RUN_STATUS_CHANGED, {"runStatus": status}) for status in ALL)]
    let_through = [data.get("runStatus") for event_type, data in ends
                   if passes(of_notebooks[0], event_type, data | {"runTags": tags})]
    assert set(let_through) == {None, *ENDED}
    for other in ({}, {"notebook_run": "no"}, {"other": "true"}):
        assert not any(passes(of_notebooks[0], event_type, data | {"runTags": other}) for event_type, data in ends)
