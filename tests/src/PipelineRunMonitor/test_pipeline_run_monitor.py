import traceback

import pytest

from azure_access.errors import SettingsError
from PipelineRunMonitor import pipeline_run_monitor

SETTINGS_NAMES = ("SUBSCRIPTION_ID", "RESOURCE_GROUP", "WORKSPACE_NAME", "AML_RESOURCE_GROUP", "AML_WORKSPACE_NAME",
                  "MONITORED_WORKSPACES")


def test_missing_setting_fails_the_delivery_with_its_name(monkeypatch):
    for name in SETTINGS_NAMES:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError, match="SUBSCRIPTION_ID"):
        pipeline_run_monitor.main("[]")


def test_the_host_is_not_told_what_led_to_an_error(monkeypatch):
    """It logs the whole chain of exceptions."""
    monkeypatch.setenv("MONITORED_WORKSPACES", "/AccountKey=hush")
    with pytest.raises(SettingsError) as raised:
        pipeline_run_monitor.main("[]")
    assert "hush" not in "".join(traceback.format_exception(raised.value))
