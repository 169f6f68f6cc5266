"""The settings of the functions that run notebooks: on where there is a queue, which is then theirs, or else off."""
from collections.abc import Sequence

from .endpoints import Endpoints
from .service_bus.models import QueueSettings

_FUNCTIONS = ("RunNotebooks", "ReportNotebookRun", "CloseStaleNotebookPlans")


def notebook_settings(queues: Sequence[QueueSettings], endpoints: Endpoints) -> dict[str, str]:
    """The first of the queues."""
    if not queues:
        return {f"AzureWebJobs.{name}.Disabled": "true" for name in _FUNCTIONS}
    return {"NOTEBOOK_QUEUE": queues[0].name, "NOTEBOOK_SERVICE_BUS": endpoints.service_bus_connection_string,
            "NOTEBOOK_DEVOPS_HOSTS": endpoints.devops}
