"""A small workspace: one pipeline run with two steps, and one run of another experiment."""
import pytest

from local_azure.machine_learning.run_history.models import RunHistory
from local_azure.scenarios.models import Experiment, Run, Workspace


def make_run(run_id, *, experiment_id="e1", parent=None, minute=0, status="Completed", tags=None, **details):
    record = {
        "runId": run_id, "rootRunId": parent or run_id, "parentRunId": parent, "experimentId": experiment_id,
        "dataContainerId": f"dcid.{run_id}", "status": status, "runType": "azureml.StepRun" if parent else None,
        "startTimeUtc": f"2024-01-01T00:{minute:02}:00.000000Z", "tags": tags or {},
        "properties": {"azureml.runsource": "azureml.StepRun" if parent else "azureml.PipelineRun"}}
    return Run(record, {"runId": run_id, **details}, ("user_logs/std_log.txt", "system_logs/lifecycler.log"))


@pytest.fixture
def workspace() -> Workspace:
    return Workspace(
        "sub-1", "sample", "sample-ws", "guid", "westeurope",
        experiments=(Experiment("e1", "flight-delay", "2023-01-01T00:00:00Z"),
                     Experiment("e2", "churn", "2023-01-01T00:00:00Z")),
        runs=(make_run("pipeline", status="Failed"),
              make_run("prepare", parent="pipeline", minute=1, tags={"team": "quality"},
                       outputDatasets=[{"identifier": {"savedId": "prepared-data"}}]),
              make_run("train", parent="pipeline", minute=9, status="Failed",
                       inputDatasets=[{"identifier": {"savedId": "prepared-data"}}]),
              make_run("other", experiment_id="e2")))


@pytest.fixture
def history(workspace) -> RunHistory:
    return RunHistory([workspace])
