"""The scoring service of an online endpoint: how far diabetes will have come, for one row or many.

Of each request one line of JSON is printed, which Application Insights keeps as a trace. By its RequestId it is joined
with the request; the numbers of its predictions tell, day by day, whether they still are as in training.
"""
import json
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from model_file import load_model, named_model
from rows import RequestError, read_rows

_model: Any = None


def init() -> None:
    """Called once, before the first request."""
    global _model
    _model = load_model()


def run(raw_data: str, request_headers: Mapping[str, str]) -> Any:
    """`{"result": [a number for each row]}`; a request that is wrong is answered with 400 and what is wrong."""
    try:
        rows = read_rows(raw_data)
    except RequestError as error:
        return _refuse(error)
    predictions = [float(value) for value in _model.predict(rows)]
    print(json.dumps(describe(request_headers, predictions) | named_model()), flush=True)
    return {"result": predictions}


def describe(headers: Mapping[str, str], predictions: Sequence[float]) -> dict[str, str | int | float]:
    """The id is the one that the server writes of the request: the caller's own where it sends one."""
    sent = (headers.get(name) for name in ("X-Ms-Client-Request-Id", "X-Ms-Request-Id", "X-Request-Id"))
    return {"RequestId": next(filter(None, sent), ""),
            "TraceParent": headers.get("Traceparent", ""), "NumberOfPredictions": len(predictions),
            "PredictionMean": statistics.fmean(predictions), "PredictionStd": statistics.pstdev(predictions),
            "PredictionMin": min(predictions), "PredictionMax": max(predictions)}


def _refuse(error: RequestError) -> Any:
    from azureml_inference_server_http.api.aml_response import AMLResponse  # the server's own, there where it runs
    return AMLResponse({"error": str(error)}, 400, json_str=True)
