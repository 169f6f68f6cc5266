"""The requests to Azure Machine Learning that are made to read runs: discovery, run history, artifacts and datasets.

Answers have the shapes of the services' REST models; a posted query is answered in pages, any other list in one,
whatever its length. Every route but discovery wants a bearer token, as in Azure.
"""
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local_azure.identity.models import bearer_token
from local_azure.machine_learning.filters import FilterError
from local_azure.machine_learning.models import NotFoundError, RunHistory, WorkspaceHistory
from local_azure.scenarios.models import ARM_ID, Experiment, Run

# The names under which azureml-core looks services up. Here one server is all of them but the studio, a web page.
SERVICES = ("api", "catalog", "experimentation", "history", "hyperdrive", "inference", "modelmanagement", "notebooks",
            "pipelines")
STUDIO_URL = "https://ml.azure.com"

Parameters = Mapping[str, Any]
"""What stands in the path of a request, and in its body where that is a query."""
Answer = Callable[[WorkspaceHistory, Parameters], dict[str, Any]]


def routes(history: RunHistory, is_valid: Callable[[str], bool] = bool) -> list[Route]:
    """The routes of the machine learning services, for those with a bearer token that `is_valid`."""
    run_history = f"/history/v1.0{ARM_ID}"
    artifacts = f"/artifact/v2.0{ARM_ID}/artifacts/prefix/contentinfo/ExperimentRun"
    answers: dict[str, Answer] = {
        f"{run_history}/runs/{{run_id}}": _run,
        f"{artifacts}/{{container}}/{{folder}}": _log_files,
        f"/dataset/v1.0{ARM_ID}/datasets/query/savedDatasetId={{dataset_id}}": _registered_datasets,
        f"/dataset/v1.0{ARM_ID}/saveddatasets/{{dataset_id}}": _saved_dataset,
        f"/data/v1.0{ARM_ID}/dataversion/unregistered-{{dataset_id}}/versions/1": _data_version}
    posted: dict[str, Answer] = {f"{run_history}/experiments:query": _query_experiments}
    for kind in ("experiments", "experimentids"):  # by name, or by id, which no name can make unfit for a path
        of_experiment = f"{run_history}/{kind}/{{experiment}}"
        answers |= {
            of_experiment: _experiment,
            f"{of_experiment}/runs/{{run_id}}": _run,
            f"{of_experiment}/runs/{{run_id}}/details": _details,
            f"{of_experiment}/runs/{{run_id}}/children": _children}
        posted[f"{of_experiment}/runs:query"] = _query
    return [
        Route("/discovery", _discover),
        *(Route(path, _endpoint(history, answer, is_valid)) for path, answer in answers.items()),
        *(Route(path, _endpoint(history, answer, is_valid), methods=["POST"]) for path, answer in posted.items())]


class _Answer(JSONResponse):
    """JSON in ASCII: what a run says is answered as it is, a lone surrogate and a NaN too."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content).encode()


async def _discover(request: Request) -> JSONResponse:
    base_url = str(request.base_url).rstrip("/")
    return JSONResponse({**dict.fromkeys(SERVICES, base_url), "studio": STUDIO_URL})


def _endpoint(history: RunHistory, answer: Answer,
              is_valid: Callable[[str], bool]) -> Callable[[Request], Awaitable[JSONResponse]]:
    """Serves the answer to the parameters in the path and, where a query is posted, in the body."""
    async def respond(request: Request) -> JSONResponse:
        token = bearer_token(request.headers.get("Authorization"))
        if token is None:
            return _error(401, "Bearer token not provided.", "AuthorizationError")
        if not is_valid(token):
            return _error(401, "The token is for another audience.", "AuthorizationError")
        posted = await request.json() if request.method == "POST" else {}
        parameters = {**posted, **request.path_params}
        try:
            return _Answer(answer(history.workspace(ARM_ID.format(**parameters)), parameters))
        except NotFoundError as error:
            return _error(404, str(error), "NotFoundError")
        except FilterError as error:
            return _error(400, str(error), "BadArgument")
    return respond


def _run(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    return _found_run(history, parameters).record


def _details(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    return _found_run(history, parameters).details


def _children(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    return _page([run.record for run in history.children(_found_run(history, parameters))])


def _query(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    order = (parameters.get("orderby") or "StartTimeUtc desc").removesuffix(" desc")
    runs = history.query(history.experiment(parameters["experiment"]), parameters.get("filter"), order)
    return _page([run.record for run in runs], parameters)


def _query_experiments(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    return _page([_describe(experiment) for experiment in history.experiments()], parameters)


def _found_run(history: WorkspaceHistory, parameters: Parameters) -> Run:
    experiment = history.experiment(parameters["experiment"]) if "experiment" in parameters else None
    return history.run(parameters["run_id"], experiment)


def _experiment(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    return _describe(history.experiment(parameters["experiment"]))


def _describe(experiment: Experiment) -> dict[str, Any]:
    return {"experimentId": experiment.id, "name": experiment.name, "description": None,
            "createdUtc": experiment.created_utc, "archivedTime": None, "tags": {}}


def _log_files(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    container = parameters["container"]
    return _page([
        {"contentUri": url, "origin": "ExperimentRun", "container": container, "path": path}
        for path, url in history.log_urls(container, parameters["folder"]).items()])


def _registered_datasets(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    """None: the datasets of the sample runs are saved, which is enough for lineage, but have no names."""
    return _page([])


def _saved_dataset(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    history.require_dataset(parameters["dataset_id"])
    return {"id": parameters["dataset_id"], "datasetType": "file", "properties": {}, "dataflowJson": "{}"}


def _data_version(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    history.require_dataset(parameters["dataset_id"])
    return {"legacyDataflow": "{}"}


def _page(value: list[dict[str, Any]], parameters: Parameters = {}) -> dict[str, Any]:
    """The part of a list that was asked for; the token of the next page says where it starts."""
    start = int(parameters.get("continuationToken") or 0)
    end = start + int(parameters.get("top") or len(value))
    return {"value": value[start:end], "continuationToken": str(end) if end < len(value) else None}


def _error(status_code: int, message: str, inner_code: str) -> JSONResponse:
    error = {"code": "UserError", "message": message, "messageParameters": {}, "details": [],
             "innerError": {"code": inner_code}}
    return JSONResponse({"error": error, "componentName": "run-history"}, status_code)
