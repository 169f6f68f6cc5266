"""The requests to the metric service: values that were logged, which metrics there are, all values of one, and the last
of each.

NaN comes and goes as it is, though JSON has none.
"""
from functools import partial
from typing import Any

from local_azure.machine_learning.answering import Answers, Call
from local_azure.machine_learning.metrics.models import Metrics
from local_azure.scenarios.models import ARM_ID, Run

_METRIC = {"name": str, "columns": dict, "value": list}
_OF_RUN = f"POST /metric/v2.0{ARM_ID}/runs/{{run_id}}"


def answers(metrics: Metrics) -> Answers:
    return {f"{_OF_RUN}/batch": partial(_log, metrics), f"{_OF_RUN}/list": partial(_list, metrics),
            f"{_OF_RUN}/full": partial(_read, metrics), f"{_OF_RUN}/lastvalues": partial(_read_last, metrics)}


def _log(metrics: Metrics, call: Call) -> None:
    run = _run(call)
    for metric in call.read({"values?": [_METRIC]}).get("values") or []:
        metrics.log(run.id, metric)


def _list(metrics: Metrics, call: Call) -> dict[str, Any]:
    found = metrics.of_run(_run(call))
    return {"value": [{"metricKey": {"namespace": "", "name": name}, "columns": metric["columns"]}
                      for name, metric in found.items()], "continuationToken": None}


def _read(metrics: Metrics, call: Call) -> dict[str, Any]:
    return metrics.metric(_run(call), call.read({"metricName": str})["metricName"])


def _read_last(metrics: Metrics, call: Call) -> dict[str, Any]:
    """As the studio and Prompt flow ask for them: all metrics at once."""
    found = metrics.of_run(_run(call))
    return {"value": [{"namespace": None, "standardSchemaId": None, **metric, "value": metric["value"][-1:]}
                      for metric in found.values()]}


def _run(call: Call) -> Run:
    return call.history.run(call.path["run_id"])
