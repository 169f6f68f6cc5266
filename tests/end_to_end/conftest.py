"""One local Azure for all end-to-end tests: the real function in its host, the real SDKs, HTTPS on loopback."""
import json

import httpx
import pytest

from local_azure.certificates import trust
from local_azure.clock import ScaledClock
from local_azure.cloud import LocalAzure, Options
from local_azure.identity.models import Application

SERVICE_PRINCIPAL = Application(
    "8a3e0c4e-6b1d-4f0e-9a53-2d3c1b7f5e11", "0f6d2f0a-2b0e-4a57-8a3b-6a1c9d7e4b22", "correct-horse")


@pytest.fixture(scope="session")
def running(tmp_path_factory, sample_workspace):
    options = Options(clock=ScaledClock(100), applications=[SERVICE_PRINCIPAL])
    with LocalAzure(tmp_path_factory.mktemp("local_azure"), sample_workspace, options) as local_azure:
        yield local_azure


@pytest.fixture
def azure(running):
    """The local Azure without telemetry, counts and faults of the test before."""
    running.store.clear()
    running.traffic.reset()
    return running


@pytest.fixture
def call_function(azure):
    """Posts a body to the function's webhook as Event Grid does; returns the host's answer."""
    with httpx.Client(verify=trust(azure.endpoints.certificate_authority), trust_env=False, timeout=30) as client:
        def call(body):
            content = body if isinstance(body, (str, bytes)) else json.dumps(body)
            return client.post(azure.endpoints.webhook_url, content=content,
                               headers={"aeg-event-type": "Notification", "Content-Type": "application/json"})
        yield call


@pytest.fixture
def records(azure):
    """The records of a type, as KQL reads them back: dimensions, message and what Application Insights adds."""
    def read(type_="run_detail"):
        answer = azure.store.query(
            f"traces | where customDimensions.type == '{type_}' | order by timestamp asc "
            "| project customDimensions, message, severityLevel, operation_Id, cloud_RoleName")
        return [{**json.loads(dimensions), "": {"message": message, "severity": severity, "operation": operation,
                                                "role": role}}
                for dimensions, message, severity, operation, role in answer.rows]
    return read
