"""What runs have logged: each metric with its columns and its values, in the order in which they came."""
from collections.abc import Mapping
from typing import Any

from local_azure.machine_learning.run_history.models import NotFoundError

Metric = dict[str, Any]


class Metrics:

    def __init__(self) -> None:
        self._found: dict[str, dict[str, Metric]] = {}

    def log(self, run_id: str, metric: Metric) -> None:
        """Adds the values to those that the run's metric of that name has."""
        metrics = self._found.setdefault(run_id, {})
        before = metrics.get(metric["name"], {}).get("value", [])
        metrics[metric["name"]] = {**metric, "dataContainerId": f"dcid.{run_id}", "value": [*before, *metric["value"]]}

    def of_run(self, run_id: str) -> Mapping[str, Metric]:
        return self._found.get(run_id, {})

    def metric(self, run_id: str, name: str) -> Metric:
        """Raises NotFoundError."""
        found = self.of_run(run_id).get(name)
        if found is None:
            raise NotFoundError(f"Metric {name} of run {run_id} was not found")
        return found
