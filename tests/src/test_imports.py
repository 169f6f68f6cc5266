"""What is imported when: a loaded app has no use yet for what takes its time, and never for what is not used."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
SLOW = {"azure.core", "azure.identity", "azureml", "opencensus", "opentelemetry", "redaction.redactor", "requests"}
ALWAYS = {"azure.core", "azure.identity", "redaction.redactor", "requests"}
BUILD = "from PipelineRunMonitor import pipeline_run_monitor; pipeline_run_monitor._get_monitor()"
NOWHERE = "https://127.0.0.1:9"  # where nobody answers that the monitor asks in its threads
SETTINGS = {
    "SUBSCRIPTION_ID": "s", "RESOURCE_GROUP": "g", "WORKSPACE_NAME": "w", "RESOURCE_MANAGER_ENDPOINT": NOWHERE,
    "IDENTITY_ENDPOINT": NOWHERE, "IDENTITY_HEADER": "h", "APP_INSIGHTS_CONNECTION_STRING":
        f"InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint={NOWHERE}"}


def find_imported(program, **settings):
    """The slow ones and the app's own modules that a program has imported at its end."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE), **SETTINGS, **settings}
    ended = subprocess.run([sys.executable, "-c", f"{program}; import sys; print(*sys.modules)"], env=environment,
                           capture_output=True, text=True, timeout=100)
    assert ended.returncode == 0, ended.stderr
    return {name for name in ended.stdout.split() if name in SLOW or name.startswith("PipelineRunMonitor")}


def test_an_app_that_is_loaded_has_imported_nothing_slow_and_no_other_function():
    imported = find_imported("import function_app")
    assert "PipelineRunMonitor.pipeline_run_monitor" in imported
    assert not imported & SLOW and not any("missing_runs" in name for name in imported)


@pytest.mark.parametrize("settings, slow", [
    ({"RUN_READER": "rest", "RECORD_STORE": "file"}, ALWAYS),
    ({"RUN_READER": "rest"}, ALWAYS | {"opencensus"}),
    ({"RUN_READER": "rest", "RECORD_STORE": "opentelemetry"}, ALWAYS | {"opentelemetry"})])
def test_a_monitor_has_imported_what_its_settings_need(settings, slow):
    assert find_imported(BUILD, **settings) & SLOW == slow
