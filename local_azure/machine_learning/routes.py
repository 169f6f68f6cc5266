"""The requests to Azure Machine Learning, all of whose services are one server here.

Every route but discovery wants a bearer token, as in Azure.
"""
from collections.abc import Callable

from starlette.routing import Route

from local_azure.machine_learning.answering import routes_of
from local_azure.machine_learning.artifacts import routes as artifacts
from local_azure.machine_learning.batch_endpoints import invocation_routes as batch_endpoints
from local_azure.machine_learning.datasets import routes as datasets
from local_azure.machine_learning.discovery import routes as discovery
from local_azure.machine_learning.living import Living
from local_azure.machine_learning.pipelines import run_routes as pipeline_runs
from local_azure.machine_learning.run_history import routes as run_history
from local_azure.machine_learning.run_history.models import RunHistory


def routes(history: RunHistory, is_valid: Callable[[str], bool] = bool, living: Living | None = None,
           is_for_endpoints: Callable[[str], bool] = bool) -> list[Route]:
    """The routes of the machine learning services, for those with a bearer token that `is_valid`; batch endpoints want
    one that `is_for_endpoints`.

    Without what makes them live, workspaces can only be read.
    """
    answers = {**run_history.answers(), **artifacts.answers(), **datasets.answers(),
               **pipeline_runs.answers()}
    if living is None:
        return [*discovery.routes(), *routes_of(answers, history, is_valid)]
    return [*discovery.routes(), *batch_endpoints.routes(living.batch_endpoints, history, is_for_endpoints),
            *routes_of({**answers, **living.answers}, history, is_valid)]
