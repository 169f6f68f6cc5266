"""What is recorded, as Application Insights' query API tells it."""
from datetime import UTC, datetime

import pytest
from azure.core.credentials import AccessToken
from starlette.applications import Starlette

from local_azure.application_insights.models import TelemetryStore
from local_azure.application_insights.routes import routes
from local_azure.certificates import Certificates
from local_azure.serving import ServerThread, open_socket, url_of
from PipelineRunMonitor.settings import Ingestion
from PipelineRunMonitor.stores.recorded import ApplicationInsightsQueries

KEY = "11111111-2222-3333-4444-555555555555"


class Identity:
    def get_token(self, *scopes, **_):
        return AccessToken("of Entra ID", 2_000_000_000)


@pytest.fixture
def store():
    opened = TelemetryStore(instrumentation_key=KEY)
    yield opened
    opened.close()


@pytest.fixture
def queries(store, tmp_path, monkeypatch):
    certificates = Certificates.create(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.authority))
    servers, opened = ServerThread(certificates), open_socket("insights", 0)
    servers.serve({opened: Starlette(routes=routes(store, "key", lambda token: token == "of Entra ID"))})
    yield ApplicationInsightsQueries(Ingestion(KEY, "https://unused", "the-app", url_of(opened)), Identity())
    servers.close()
    opened.close()


@pytest.mark.parametrize("asked", ["sample-ws", "Sample-WS"])
def test_a_run_is_recorded_however_the_name_of_its_workspace_is_written(store, queries, asked):
    now = datetime.now(UTC)
    properties = [{"type": "run_detail", "run_id": run_id, "run_status": "Completed", "amlWorkSpace": workspace}
                  for run_id, workspace in (("r1", "sample-ws"), ("r2", "Sample-WS"), ("r3", "another"))]
    sent = [{"iKey": KEY, "name": "Microsoft.ApplicationInsights", "time": now.isoformat(), "data": {
        "baseType": "MessageData", "baseData": {"message": "{}", "properties": each}}} for each in properties]
    assert store.accept(sent, now).errors == ()
    assert queries.find(asked, ["r1", "r2", "r3", "r4"]) == {("r1", "Completed"), ("r2", "Completed")}
