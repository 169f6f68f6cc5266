"""The demo makes the call that the compiled template declares."""
from dataclasses import asdict

from local_azure.commands.demos.schedule.data_factory import declared_call
from tests.environment_setup.bicep.deployed import WORKSPACE
from tests.environment_setup.scheduling.declared import (
    DATA_FACTORY, PUBLISHED, REGION, SCHEDULED_TIME, call_of, scheduler)


def test_it_is_the_declared_one():
    deployed = scheduler(DATA_FACTORY, PUBLISHED, parameters={"rows": "50"})
    assert asdict(declared_call("nightly", REGION, WORKSPACE, PUBLISHED["id"], "batch_scoring", {"rows": "50"},
                                SCHEDULED_TIME)) == asdict(call_of(deployed))
