"""Microsoft's Kusto parser, and the sample workspace as the function records it."""
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.sample_notebooks import notebook_records
from dashboard.sample_records import records_of
from local_azure.scenarios.loading import load
from local_azure.scenarios.scoring import scoring_items
from tests.environment_setup.sending import KEY, send
from tests.queries.conftest import Insights
from tests.queries.kusto_parser import client


@pytest.fixture(scope="session")
def parser():
    return client.find()


@pytest.fixture(scope="session")
def friday_evening():
    """The evening of the day on which the last run of the sample workspace ended."""
    return datetime(2024, 3, 1, 18, tzinfo=UTC)


@pytest.fixture(scope="session")
def insights(friday_evening):
    """The records of all ended runs of the sample workspace, of its notebooks, of a model monitor, of an event that is
    none and of a scoring service; read them only."""
    workspace = load(friday_evening)
    opened = Insights()
    opened.record_all([*records_of(workspace), *notebook_records(friday_evening, workspace.name)])
    opened.send_items(scoring_items(friday_evening, KEY))
    store = opened.store
    send(store, friday_evening - timedelta(hours=2), {
        "type": "run_detail", "workspace_name": "sample-ws", "experiment_name": "credit-monitor", "run_id": "monitor",
        "parent_run_id": "monitor", "run_status": "Failed", "monitor_threshold_breached": "credit_monitor_data_drift"})
    invalid = {"type": "invalid_event", "reason": "not JSON", "event_id": "invalid"}
    send(store, friday_evening - timedelta(hours=1), invalid, "no event")
    yield store
    store.close()
