"""The function in another cloud than the public one: one setting leads every request and every token there."""
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from local_azure.certificates import trust
from local_azure.cloud import LocalAzure
from local_azure.options import Options
from local_azure.resource_manager.national_clouds import CHINA, US_GOVERNMENT
from local_azure.scenarios.events import ended_events
from PipelineRunMonitor.settings import AZUREML, REST, RUN_READERS

SOURCE = Path(__file__).parents[2] / "src"


def deliver(azure, events):
    return httpx.post(azure.endpoints.webhook_url, json=events, timeout=60, trust_env=False,
                      verify=trust(azure.endpoints.certificate_authority), headers={"aeg-event-type": "Notification"})


def backfill(azure, folder):
    environment = {**azure.function_environment(), "PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE)}
    return subprocess.run([sys.executable, "-m", "PipelineRunMonitor.backfill", "--since", "2020-01-01"], cwd=folder,
                          env=environment, capture_output=True, text=True, timeout=100)


@pytest.mark.parametrize("cloud, name, run_reader", [
    (US_GOVERNMENT, "AZURE_US_GOVERNMENT", AZUREML), (CHINA, "AZURE_CHINA_CLOUD", REST)])
def test_runs_are_read_sent_and_read_back_in_the_cloud_that_is_named(tmp_path, sample_workspace, cloud, name,
                                                                     run_reader):
    options = Options(cloud=cloud, refuses_keys=True, settings={"AZURE_CLOUD": name, "RUN_READER": run_reader})
    with LocalAzure(tmp_path / "azure", sample_workspace, options) as azure:
        events = ended_events(sample_workspace)
        assert deliver(azure, events[:1]).status_code == 202
        assert azure.store.counts()["traces"] == 1
        ended = backfill(azure, tmp_path)
    assert (ended.returncode, ended.stdout) == (
        0, f"{len(events)} listed, {len(events) - 1} recorded, 1 already there\n"), ended.stderr


@pytest.mark.parametrize("run_reader", RUN_READERS)
def test_without_the_setting_the_function_asks_in_the_wrong_cloud(tmp_path, sample_workspace, run_reader):
    options = Options(cloud=US_GOVERNMENT, settings={"RUN_READER": run_reader, "DELIVERY_TIMEOUT_SECONDS": "5"})
    with LocalAzure(tmp_path, sample_workspace, options) as azure:
        assert deliver(azure, ended_events(sample_workspace)[:1]).status_code == 500
        assert azure.store.counts()["traces"] == 0
