"""The pipelines of a workspace: what was published and submitted, and to start runs of it."""
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.pipelines.entities import ACTIVE, Entities, Entity
from local_azure.machine_learning.pipelines.graphs import Graph
from local_azure.machine_learning.pipelines.parameters import assign
from local_azure.machine_learning.pipelines.running import PipelineRunner
from local_azure.machine_learning.run_history.models import NotFoundError, WorkspaceHistory
from local_azure.machine_learning.run_history.writing import CREATOR, RunWriter
from local_azure.scenarios.models import Run

PIPELINE_RUN = "azureml.PipelineRun"


class Pipelines:
    """`url` is where the machine learning services answer."""

    def __init__(self, url: str, writer: RunWriter, runner: PipelineRunner, modules: Entities):
        self.url, self.modules = url, modules
        self.graphs, self.published = Entities("Graph"), Entities("Pipeline")
        self.endpoints, self.runs = Entities("Pipeline endpoint"), Entities("Pipeline run")
        self._writer, self._runner = writer, runner

    def keep_graph(self, history: WorkspaceHistory, posted: Mapping[str, Any]) -> Entity:
        return self.graphs.add(history, {**posted["Graph"], "Interface": posted["GraphInterface"]})

    def endpoint_called(self, history: WorkspaceHistory, name: str) -> Entity:
        """Raises NotFoundError."""
        for endpoint in self.endpoints.all(history):
            if endpoint["Name"] == name:
                return endpoint
        raise NotFoundError(f"Pipeline endpoint {name} was not found")

    def version_of(self, endpoint: Mapping[str, Any], version: str | None) -> str:
        """The pipeline that is that version of the endpoint, or its default. Raises NotFoundError, and ServiceError for
        an endpoint that is disabled."""
        if endpoint["EntityStatus"] != ACTIVE:
            raise ServiceError(
                400, f"Pipeline endpoint {endpoint['Name']} is {endpoint['EntityStatus']} and takes no runs.")
        wanted = version or endpoint["DefaultVersion"]
        for one in endpoint["PipelineVersionList"]:
            if str(one["Version"]) == str(wanted):
                return str(one["PipelineId"])
        raise NotFoundError(f"Pipeline endpoint {endpoint['Name']} has no version {wanted}")

    def submit(self, history: WorkspaceHistory, pipeline_id: str, submission: Mapping[str, Any],
               parent_run_id: str | None = None, schedule_id: str | None = None,
               created_by: Mapping[str, str] | None = None) -> Run:
        """A run of a published pipeline; `created_by` is another than the app's identity. Raises NotFoundError, and
        ServiceError for one that is disabled."""
        pipeline = self.published.find(history, pipeline_id)
        if pipeline["EntityStatus"] != ACTIVE:
            raise ServiceError(400, f"Pipeline {pipeline_id} is {pipeline['EntityStatus']} and takes no runs.")
        continues = submission.get("ContinueRunOnStepFailure")
        if continues is None:
            continues = pipeline.get("ContinueRunOnStepFailure")
        run = self.create_run(history, submission.get("ExperimentName") or pipeline["Name"], pipeline["GraphId"], {
            **submission, "ContinueExperimentOnNodeFailure": continues}, pipeline_id, parent_run_id, schedule_id,
            created_by)
        self.start(history, run.id)
        return run

    def create_run(self, history: WorkspaceHistory, experiment_name: str, graph_id: str, info: Mapping[str, Any],
                   pipeline_id: str | None = None, parent_run_id: str | None = None,
                   schedule_id: str | None = None, created_by: Mapping[str, str] | None = None) -> Run:
        """A run that has yet to be started. Raises ServiceError for parameters that the pipeline does not take."""
        given = info.get("ParameterAssignments") or {}
        assigned = assign(self.graphs.find(history, graph_id)["Interface"], given)
        continues = bool(info.get("ContinueExperimentOnNodeFailure"))
        source = "Schedule" if schedule_id else info.get("RunSource") or "Unavailable"
        properties = {
            **(info.get("Properties") or {}), "azureml.runsource": PIPELINE_RUN, "runSource": source,
            "runType": "Schedule" if schedule_id else info.get("RunType") or "HTTP",
            "azureml.parameters": json.dumps(given), "azureml.continue_on_step_failure": str(continues),
            "azureml.pipelineComponent": "pipelinerun", **({"azureml.pipelineid": pipeline_id} if pipeline_id else {}),
            **({"azureml.scheduleid": schedule_id} if schedule_id else {})}
        tags = info.get("tags") or info.get("Tags") or {}
        experiment = self._writer.experiment(history, experiment_name)
        run = self._writer.create(
            history, experiment, str(uuid4()), runType=PIPELINE_RUN, parentRunId=parent_run_id, tags=tags,
            createdBy={**CREATOR, **created_by} if created_by else None,
            properties={name: str(value) for name, value in properties.items()})
        self.runs.add(history, {
            "GraphId": graph_id, "RunHistoryExperimentName": experiment_name, "ParameterAssignments": given,
            "PipelineId": pipeline_id, "ScheduleId": schedule_id, "Description": info.get("Description"),
            "Assigned": assigned, "Continues": continues}, run.id)
        return run

    def start(self, history: WorkspaceHistory, run_id: str) -> None:
        """The run that was created with this id. Raises NotFoundError."""
        created = self.runs.find(history, run_id)
        graph = Graph(self.graphs.find(history, created["GraphId"]))
        self._runner.start(history, history.run(run_id), graph, created["Assigned"], created["Continues"])
