"""The function with other settings than the usual: each test starts a local Azure of its own."""
import httpx
import pytest

from local_azure.certificates import trust
from local_azure.cloud import LocalAzure
from local_azure.functions_host.routes import read_reason
from local_azure.options import Options
from local_azure.scenarios.events import ended_events
from tests.end_to_end.conftest import SERVICE_PRINCIPAL


@pytest.fixture
def deliver(tmp_path, sample_workspace):
    """Delivers the first sample event to a function with these settings; the host's answer and the rows recorded."""
    def deliver(**settings):
        applications = [SERVICE_PRINCIPAL]
        options = Options(settings=settings, applications=applications)
        with LocalAzure(tmp_path, sample_workspace, options) as azure:
            answer = httpx.post(
                azure.endpoints.webhook_url, json=ended_events(sample_workspace)[:1], timeout=60, trust_env=False,
                verify=trust(azure.endpoints.certificate_authority), headers={"aeg-event-type": "Notification"})
            return answer, azure.store.counts()["traces"], azure.traffic.counts()
    return deliver


def test_missing_setting_fails_with_an_error_that_names_it(deliver):
    answer, recorded, _ = deliver(APP_INSIGHTS_CONNECTION_STRING="")
    assert (answer.status_code, recorded) == (500, 0)
    assert "APP_INSIGHTS_CONNECTION_STRING not set: put the connection string" in read_reason(answer.headers)


def test_service_principal_by_the_second_samples_names(deliver):
    principal = SERVICE_PRINCIPAL
    answer, recorded, counts = deliver(
        TENANT_ID=principal.tenant_id, APP_ID=principal.client_id, SERVICE_PRINCIPAL_PASSWORD=principal.secret,
        AZURE_AUTHORITY_HOST="{identity}")
    assert (answer.status_code, recorded) == (202, 1), read_reason(answer.headers)
    assert not any("msi" in route for route in counts)


def test_wrong_secret_fails_with_the_cause_and_the_cure(deliver):
    principal = SERVICE_PRINCIPAL
    answer, recorded, _ = deliver(
        TENANT_ID=principal.tenant_id, APP_ID=principal.client_id, SERVICE_PRINCIPAL_PASSWORD="wrong",
        AZURE_AUTHORITY_HOST="{identity}")
    assert (answer.status_code, recorded) == (500, 0)
    assert all(part in read_reason(answer.headers) for part in ("AADSTS7000215", "SERVICE_PRINCIPAL_PASSWORD"))


def test_statuses_that_are_not_wanted_are_not_recorded(deliver, sample_workspace):
    answer, recorded, _ = deliver(RECORDED_STATUSES="NotResponding")
    assert (answer.status_code, recorded) == (202, 0)
