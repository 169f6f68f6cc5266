"""What runs have logged: each metric with its columns and its values, in the order in which they came.

The runs of a scenario have no process that logs; theirs are declared.
"""
from collections.abc import Mapping
from typing import Any

from local_azure.machine_learning.run_history.models import NotFoundError
from local_azure.scenarios.identifiers import identifier
from local_azure.scenarios.models import Run

Metric = dict[str, Any]


class Metrics:

    def __init__(self) -> None:
        self._found: dict[str, dict[str, Metric]] = {}

    def log(self, run_id: str, metric: Metric) -> None:
        """Adds the values to those that the run's metric of that name has."""
        metrics = self._found.setdefault(run_id, {})
        before = metrics.get(metric["name"], {}).get("value", [])
        metrics[metric["name"]] = {**metric, "dataContainerId": f"dcid.{run_id}", "value": [*before, *metric["value"]]}

    def of_run(self, run: Run) -> Mapping[str, Metric]:
        declared = {name: _scalar(run, name, value) for name, value in run.metrics.items()}
        return {**declared, **self._found.get(run.id, {})}

    def metric(self, run: Run, name: str) -> Metric:
        """Raises NotFoundError."""
        found = self.of_run(run).get(name)
        if found is None:
            raise NotFoundError(f"Metric {name} of run {run.id} was not found")
        return found


def _scalar(run: Run, name: str, value: float) -> Metric:
    logged = {"metricId": identifier(run.id, name), "createdUtc": run.record.get("endTimeUtc"), "step": 0,
              "data": {name: value}}
    return {"dataContainerId": f"dcid.{run.id}", "name": name, "columns": {name: "Double"},
            "properties": {"uxMetricType": "azureml.v1.scalar", "dataLocation": None}, "value": [logged]}
