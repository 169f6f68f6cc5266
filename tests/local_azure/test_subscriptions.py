"""The event subscriptions that are built in are those of the deployment."""
import pytest

from local_azure.event_grid.filters import EventFilter
from local_azure.subscriptions import monitor_subscription, notebook_subscription
from PipelineRunMonitor.events.parsing import RUN_COMPLETED, RUN_STATUS_CHANGED
from PipelineRunMonitor.statuses import ALL, ENDED
from tests.environment_setup.bicep.deployed import event_subscriptions, infrastructure


@pytest.mark.parametrize("recorded", [None, "Running, failed", ",".join(ALL)])
def test_the_monitors_is_what_the_bicep_deploys(recorded):
    settings = {"settings": {"RECORDED_STATUSES": recorded}} if recorded else {}
    [deployed] = event_subscriptions(infrastructure(**settings)).of_type(
        "Microsoft.EventGrid/systemTopics/eventSubscriptions")
    built_in = monitor_subscription(recorded)
    assert built_in.filter == EventFilter.of_template(deployed.properties["filter"])
    assert deployed.properties["destination"]["properties"]["resourceId"].endswith(f"/functions/{built_in.function}")


def test_that_of_notebooks_is_what_the_bicep_deploys():
    *_, deployed = event_subscriptions(infrastructure(runNotebooks=True)).of_type(
        "Microsoft.EventGrid/systemTopics/eventSubscriptions")
    built_in = notebook_subscription()
    assert built_in.filter == EventFilter.of_template(deployed.properties["filter"])
    assert deployed.properties["destination"]["properties"]["resourceId"].endswith(f"/functions/{built_in.function}")


@pytest.mark.parametrize("status", ALL)
def test_of_changed_statuses_those_that_are_recorded_pass(status):
    changed = {"eventType": RUN_STATUS_CHANGED, "data": {"runStatus": status}}
    assert (monitor_subscription().filter.refusal(changed) is None) == (status in ENDED)
    assert monitor_subscription("Running").filter.refusal(changed) is None or status != "Running"


def test_a_completed_run_passes_though_its_event_has_no_status():
    assert monitor_subscription().filter.refusal({"eventType": RUN_COMPLETED, "data": {}}) is None
