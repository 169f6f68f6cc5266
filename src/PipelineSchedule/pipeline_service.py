"""The pipelines of one workspace, by the REST APIs that Azure Machine Learning documents.

Published pipelines and their endpoints: "Consume a published pipeline with REST". Batch endpoints: "Deploy pipelines
with batch endpoints"; their tokens are for another audience, and they take no tags.
"""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from azure_access.answers import Fields
from azure_access.deadline import Deadline

from .keys import CONTENT_TAG, KEY_TAG, SubmissionKey
from .pipelines import BatchEndpoint, Pipeline, PipelineEndpoint, PublishedPipeline
from .refusals import Problem, Refusal, invalid, unavailable
from .submissions import Submission
from .transport import Answer, LostAnswerError, Transport
from .workspace_api import WorkspaceApi

_DISABLED = ("2", "disabled")
_OVER = frozenset({"completed", "failed", "canceled", "notresponding", "cancelrequested"})
_MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class SubmittedRun:
    """A run that a key belongs to. `content` is the tag that tells what was asked for with it; one that `is_over` has
    ended, or is about to. How old it is the service tells: who asks may have a clock that is wrong."""

    id: str
    age: timedelta
    content: str | None
    is_over: bool = False


class PipelineService:
    """Safe to use from many threads. Every method raises MonitorError: a Refusal, or an error of `azure_access`."""

    def __init__(self, api: WorkspaceApi, studio: str, inference: Transport):
        """`studio` is an address, `inference` is for tokens that batch endpoints take."""
        self._api, self._studio, self._inference = api, studio, inference

    def start(self, pipeline: Pipeline, submission: Submission, tags: Mapping[str, str], key: SubmissionKey,
              deadline: Deadline) -> str:
        """The id of the new run. Raises LostAnswerError where there may be one."""
        if isinstance(pipeline, BatchEndpoint):
            return self._invoke(pipeline, submission, key, deadline)
        self._check(pipeline, submission, deadline)
        body = {"ExperimentName": submission.experiment_name, "ParameterAssignments": dict(submission.parameters),
                "Description": submission.description, "Tags": dict(tags)}
        url = f"{self._api.url('pipelines', deadline)}/PipelineRuns/{_route(pipeline)}"
        answer = self._api.management.start("the pipeline", url, deadline, body, {})
        return self._started(answer, submission, "Id")

    def find(self, experiment_name: str, key: SubmissionKey, deadline: Deadline) -> list[SubmittedRun]:
        """The runs of an experiment that carry the key, the first of them first."""
        url = f"{self._api.url('history', deadline)}/experiments/{quote(experiment_name, safe='')}/runs:query"
        query = {"filter": f'(Tags/{KEY_TAG} eq "{key.value}")', "top": _MOST_FOUND}
        answer = self._api.management.ask("the runs of an experiment", url, deadline, method="POST", body=query)
        if answer.status == 404:  # there is no such experiment yet
            return []
        self._api.check(answer, "the runs of an experiment")
        found = [_run(run_id, run, answer.time)
                 for run in map(Fields, answer.fields.list("value")) if (run_id := run.text("runId"))]
        return sorted(found, key=lambda run: (-run.age, run.id))

    def find_page(self, run_id: str) -> str:
        """The page of a run in the studio."""
        return self._api.workspace.page_of(run_id, self._studio)

    def cancel(self, run_id: str, deadline: Deadline) -> None:
        url = f"{self._api.url('pipelines', deadline)}/PipelineRuns/{quote(run_id, safe='')}/Execution"
        answer = self._api.management.ask(f"run {run_id}", url, deadline, method="DELETE")
        self._api.check(answer, f"run {run_id}")

    def _check(self, pipeline: PublishedPipeline | PipelineEndpoint, submission: Submission,
               deadline: Deadline) -> None:
        """What the service would tell less clearly, or not at all."""
        url = self._api.url("pipelines", deadline)
        pipeline_id: str | None = pipeline.id
        if isinstance(pipeline, PipelineEndpoint):
            endpoint = self._read("pipeline endpoint", f"{url}/PipelineEndpoints/Id/{quote(pipeline.id)}", deadline)
            version = pipeline.version or endpoint.text("DefaultVersion")
            versions = {Fields(one).text("Version"): Fields(one).text("PipelineId")
                        for one in endpoint.list("PipelineVersionList")}
            if versions and version not in versions:
                raise Refusal(409, "PipelineUnavailable", f"the pipeline endpoint has no version {version}: mend "
                                                          "SUBMITTABLE_PIPELINES")
            pipeline_id = versions.get(version)
        if pipeline_id:
            published = self._read("published pipeline", f"{url}/Pipelines/{quote(pipeline_id)}", deadline)
            _check_parameters(submission, published.fields("ParameterAssignments").members)

    def _read(self, what: str, url: str, deadline: Deadline) -> Fields:
        answer = self._api.management.ask(f"the {what}", url, deadline)
        if answer.status == 404:
            raise Refusal(409, "PipelineUnavailable", f"the workspace has no such {what} any more: publish it, and put "
                                                      "its id into SUBMITTABLE_PIPELINES")
        self._api.check(answer, f"the {what}")
        if str(answer.fields.value("EntityStatus")).casefold() in _DISABLED:
            raise Refusal(409, "PipelineUnavailable", f"the {what} is disabled: enable it in the studio, or with "
                                                      "PublishedPipeline.enable()")
        return answer.fields

    def _invoke(self, endpoint: BatchEndpoint, submission: Submission, key: SubmissionKey, deadline: Deadline) -> str:
        url = self._api.arm_url(f"/batchEndpoints/{quote(endpoint.name)}")
        uri = self._read("batch endpoint", url, deadline).text("properties", "scoringUri") or ""
        if not uri.startswith("https://"):
            raise unavailable("the batch endpoint has no address yet: wait until it is created")
        deployment = {"azureml-model-deployment": endpoint.deployment} if endpoint.deployment else {}
        inputs = {name: {"JobInputType": "Literal", "Value": value} for name, value in submission.parameters.items()}
        body = {"properties": {"InputData": inputs, "properties": {"experimentName": submission.experiment_name}}}
        answer = self._inference.start("the batch endpoint", uri, deadline, body,
                                       {"repeatability_request-id": key.request_id, **deployment})
        return self._started(answer, submission, "name")

    def _started(self, answer: Answer, submission: Submission, id_field: str) -> str:
        if answer.status in (400, 422):
            raise invalid([Problem(_field_of(answer.message, submission), answer.message)])
        if answer.status in (404, 409):
            raise Refusal(409, "PipelineUnavailable", f"Azure Machine Learning does not start it: {answer.message}")
        self._api.check(answer, "the pipeline")
        run_id = answer.fields.text(id_field)
        if run_id is None:
            raise LostAnswerError("the pipeline: Azure Machine Learning answered without the id of a run")
        return run_id


def _run(run_id: str, run: Fields, now: datetime) -> SubmittedRun:
    return SubmittedRun(run_id, now - (run.time("createdUtc") or now), run.text("tags", CONTENT_TAG),
                        (run.text("status") or "").casefold() in _OVER)


def _route(pipeline: PublishedPipeline | PipelineEndpoint) -> str:
    if isinstance(pipeline, PublishedPipeline):
        return f"PipelineSubmit/{quote(pipeline.id)}"
    version = f"?pipelineVersion={quote(pipeline.version)}" if pipeline.version else ""
    return f"PipelineEndpointSubmit/Id/{quote(pipeline.id)}{version}"


def _check_parameters(submission: Submission, known: Mapping[str, Any]) -> None:
    """A pipeline of which no parameters are known is not judged."""
    unknown = [name for name in submission.parameters if known and name not in known]
    if unknown:
        raise invalid([Problem(f"parameters.{name}", f"the pipeline has none of that name, but {', '.join(known)}")
                       for name in unknown])


def _field_of(message: str, submission: Submission) -> str:
    """Which parameter a service speaks of."""
    return next((f"parameters.{name}" for name in submission.parameters if name in message), "parameters")
