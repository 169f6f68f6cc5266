"""Answers with the sum of each row times the model's factor, and logs what the sample of the seed logs."""
import json
import os
import time
from pathlib import Path

from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema, output_schema

model = {}


def init():
    global model
    model = json.loads(Path(os.environ["AZUREML_MODEL_DIR"], "model.json").read_text())
    time.sleep(model.get("seconds", 0))


@input_schema("data", StandardPythonParameterType([[1.0, 2.0]]))
@output_schema(StandardPythonParameterType({"result": [1.0]}))
def run(data, request_headers):
    if data == [[0.0]]:
        raise ValueError("a row of nothing")
    print(json.dumps({"RequestId": request_headers.get("X-Ms-Client-Request-Id", ""),
                      "TraceParent": request_headers.get("Traceparent", ""), "NumberOfPredictions": len(data)}))
    return {"result": [sum(row) * model["factor"] for row in data]}
