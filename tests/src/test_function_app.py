"""What the app can do about its host: each function loads alone, lets out what the host can use, and ends in time.

Where one cannot be loaded, the host loads none; an exception of an HTTP function is a 500 with an empty body; one that
takes longer than `functionTimeout` ends every other call of its worker.
"""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local_azure.functions_host.models import load_function_app
from PipelineRunMonitor.missing_runs import reconcile
from PipelineRunMonitor.runs import listing
from PipelineRunMonitor.settings import MOST_TIMEOUT_SECONDS

SOURCE = Path(__file__).parents[2] / "src"
CALL_ALONE = Path(__file__).with_name("call_alone.py")
CLEAN = {name: os.environ[name] for name in ("PATH", "HOME")}  # without HOME azureml-core cannot be imported
PLANTED = """
import azure.functions as func
app = func.FunctionApp()

@app.function_name("Planted")
@app.route(route="planted")
def planted(req: func.HttpRequest) -> func.HttpResponse:
    {body}
"""


def call_alone(name, folder=SOURCE):
    """In a process of its own, with no settings, and none of what another function has imported."""
    ended = subprocess.run([sys.executable, CALL_ALONE, folder, name], env=CLEAN,
                           capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def names():
    program = ("import sys; sys.path.insert(0, sys.argv[1]); import function_app; "
               "print(*(found.get_function_name() for found in function_app.app.get_functions()))")
    return subprocess.run([sys.executable, "-c", program, SOURCE], env=CLEAN, check=True, text=True, timeout=60,
                          capture_output=True).stdout.split()


def is_as_the_host_needs_it(outcome):
    """Without settings: an HTTP function says so in a body, every other raises an error that names the setting."""
    if outcome["trigger"] == "httpTrigger":
        return "raised" not in outcome and (outcome["status"] or 0) >= 400 and outcome["body"] != ""
    return outcome.get("raised") == "SettingsError" and " not set: " in outcome["message"]


@pytest.mark.parametrize("name", names())
def test_each_function_loads_alone_in_a_clean_environment_and_lets_out_what_the_host_can_use(name):
    outcome = call_alone(name)
    assert is_as_the_host_needs_it(outcome), outcome


@pytest.fixture
def planted(tmp_path):
    """An app with an HTTP function of that body."""
    def plant(body):
        (tmp_path / "function_app.py").write_text(PLANTED.format(body=body))
        return tmp_path
    return plant


@pytest.mark.parametrize("body", [
    "raise ValueError('the body is no JSON')", "import a_package_that_is_not_there", "return None",
    "return func.HttpResponse(status_code=500)", "raise SystemExit"])
def test_an_http_function_that_lets_something_out_would_be_seen(planted, body):
    assert not is_as_the_host_needs_it(call_alone("Planted", planted(body)))


def test_an_http_function_that_answers_is_taken(planted):
    answer = "return func.HttpResponse('the body is no JSON', status_code=400)"
    assert is_as_the_host_needs_it(call_alone("Planted", planted(answer)))


def test_what_breaks_another_function_leaves_the_monitor_alone(tmp_path):
    app = shutil.copytree(SOURCE, tmp_path / "app")
    (app / "PipelineRunMonitor" / "missing_runs" / "reconcile.py").write_text("import a_package_that_is_not_there")
    assert call_alone("Reconcile", app)["raised"] == "ModuleNotFoundError"
    assert is_as_the_host_needs_it(call_alone("PipelineRunMonitor", app))


def test_a_function_ends_long_before_the_host_would_end_it():
    timeout_seconds = load_function_app(SOURCE).timeout_seconds
    assert timeout_seconds >= 10 * MOST_TIMEOUT_SECONDS
    # What the reconciliation has begun when its time is over, it ends: a page of the list, and a look at the store.
    assert timeout_seconds >= 2 * (reconcile.LIMIT_SECONDS + listing.PAGE_SECONDS)


def test_sampling_leaves_out_nothing_that_may_be_an_error():
    """What the host logs as an error without an exception is a trace as any other to the sampling."""
    sampling = json.loads((SOURCE / "host.json").read_text())["logging"]["applicationInsights"]["samplingSettings"]
    assert {"Request", "Exception", "Trace"} <= set(sampling["excludedTypes"].split(";"))


def test_nothing_but_event_grid_delivers_an_event_again():
    """The host still obeys a retry of its own for this trigger, and warns that it soon will not."""
    assert "retry" not in json.loads((SOURCE / "host.json").read_text())
    assert "retry" not in (SOURCE / "function_app.py").read_text()


@pytest.mark.parametrize("store, missing", [
    ("file", ("opencensus", "opentelemetry.sdk", "google.protobuf")),
    ("application_insights", ("opentelemetry.proto",)), ("opentelemetry", ("opencensus", "opentelemetry.proto"))])
def test_the_library_of_another_store_is_not_imported(store, missing):
    """Each takes half a second of a cold start."""
    program = ("import os, sys; sys.path.insert(0, sys.argv[1]); from PipelineRunMonitor.settings import Settings; "
               "from PipelineRunMonitor.stores.opening import open_sink; "
               "open_sink(Settings.from_environment(os.environ), None); print(*sys.modules)")
    settings = {"MONITORED_WORKSPACES": "/subscriptions/s/resourceGroups/g/providers/"
                                        "Microsoft.MachineLearningServices/workspaces/w", "RECORD_STORE": store,
                "APP_INSIGHTS_CONNECTION_STRING": "InstrumentationKey=11111111-2222-3333-4444-555555555555"}
    modules = subprocess.run([sys.executable, "-c", program, SOURCE], env={**CLEAN, **settings}, check=True, text=True,
                             timeout=60, capture_output=True).stdout.split()
    assert not set(missing) & set(modules)
