"""A local Azure for the end-to-end tests of each store: the real function, the real SDKs, HTTPS on loopback."""
import contextlib
import functools
import importlib.util
import json

import httpx
import pytest

from local_azure.certificates import trust
from local_azure.clock import ScaledClock
from local_azure.cloud import LocalAzure
from local_azure.identity.models import Application
from local_azure.options import Options
from PipelineRunMonitor.settings import APPLICATION_INSIGHTS, AZUREML, FILE, OTLP, REST

HAS_AZUREML_CORE = importlib.util.find_spec("azureml") is not None
RECORD_FILE = "records.jsonl"
KEYLESS = ", keyless"  # after the name of a store that takes telemetry with a token alone
SERVICE_PRINCIPAL = Application(
    "8a3e0c4e-6b1d-4f0e-9a53-2d3c1b7f5e11", "0f6d2f0a-2b0e-4a57-8a3b-6a1c9d7e4b22", "correct-horse")


@pytest.fixture(scope="session")
def otlp_receiver():
    from tests.otlp_receiver import receiving  # with a package that no other store needs
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="session")
def open_azure(tmp_path_factory, sample_workspace, request):
    """Opens a local Azure whose function reads and records in these ways, or gives the one that is open."""
    with contextlib.ExitStack() as stack:
        @functools.cache
        def open_one(store, run_reader):
            folder = tmp_path_factory.mktemp(store)
            settings = {"RUN_READER": run_reader, "RECORD_STORE": store.removesuffix(KEYLESS),
                        "RECORD_FILE": str(folder / RECORD_FILE)}
            if store == OTLP:
                settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = request.getfixturevalue("otlp_receiver").url
            options = Options(clock=ScaledClock(100), applications=[SERVICE_PRINCIPAL], settings=settings,
                              refuses_keys=store.endswith(KEYLESS))
            return stack.enter_context(LocalAzure(folder, sample_workspace, options))
        yield open_one


@pytest.fixture
def store():
    """Where the function records; a module that is to hold for several parametrizes it."""
    return APPLICATION_INSIGHTS


def pytest_collection_modifyitems(items):
    """Where azureml-core is not installed, as on Python 3.13, what is to hold for it is left out."""
    for item in items:
        parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
        if not HAS_AZUREML_CORE and any(AZUREML in value for value in parameters if isinstance(value, (str, tuple))):
            item.add_marker(pytest.mark.skip("azureml-core is missing"))


@pytest.fixture
def run_reader():
    """How the function finds what it reads; a module that is to hold for both ways parametrizes it."""
    return AZUREML if HAS_AZUREML_CORE else REST


@pytest.fixture
def azure(open_azure, store, run_reader, request):
    """The local Azure without telemetry, counts and faults of the test before."""
    running = open_azure(store, run_reader)
    running.store.clear()
    running.traffic.reset()
    if store == OTLP:
        request.getfixturevalue("otlp_receiver").reset()
    record_file(running).unlink(missing_ok=True)
    return running


def record_file(azure):
    return azure.functions_log.with_name(RECORD_FILE)


@pytest.fixture
def call_function(azure):
    """Posts a body to the function's webhook as Event Grid does; returns the host's answer."""
    with httpx.Client(verify=trust(azure.endpoints.certificate_authority), trust_env=False, timeout=60) as client:
        def call(body):
            content = body if isinstance(body, (str, bytes)) else json.dumps(body)
            return client.post(azure.endpoints.webhook_url, content=content,
                               headers={"aeg-event-type": "Notification", "Content-Type": "application/json"})
        yield call


@pytest.fixture
def records(azure, store, request):
    """The records of a type, as they are read back: dimensions, message and what the store adds."""
    readers = {FILE: lambda: read_lines(azure), OTLP: lambda: read_logs(request.getfixturevalue("otlp_receiver"))}

    def read(type_="run_detail"):
        return [{**record, "": {"message": message, "severity": severity, "operation": operation, "role": role}}
                for record, message, severity, operation, role in readers.get(store, lambda: read_traces(azure))()
                if record["type"] == type_]
    return read


def read_traces(azure):
    """Out of Application Insights, by KQL."""
    answer = azure.store.query("traces | order by timestamp asc "
                               "| project customDimensions, message, severityLevel, operation_Id, cloud_RoleName")
    return [(json.loads(dimensions), *rest) for dimensions, *rest in answer.rows]


def read_lines(azure):
    """Out of the file of JSON lines."""
    file = record_file(azure)
    columns = ("customDimensions", "message", "severityLevel", "operation_Id", "cloud_RoleName")
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [[json.loads(line)[column] for column in columns] for line in lines]


def read_logs(receiver):
    """Out of what the receiver of OTLP has taken; its severities are 9, 13 and 17."""
    from tests.otlp_receiver import attributes
    return [(attributes(log), log.body.string_value, (log.severity_number - 5) // 4, log.trace_id.hex(),
             resource["service.name"]) for resource, log in receiver.logs]
