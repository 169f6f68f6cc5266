"""Prove that a scoring service works: ask it for predictions, and find the request and its log line by Kusto queries.

The request has a trace and two ids (`traceparent`, `x-ms-client-request-id`, `x-request-id`). The service has to answer
`{"result": [a number for each row]}`; one that cannot be reached, or is not up yet, is asked again. With `--query-url`
the request has to be in Application Insights then, with its true result, and so has the line that score.py printed of
it, with the same trace and as many predictions.

The environment has the secrets: SCORING_TOKEN, a key of the endpoint or a token for https://ml.azure.com, which an App
Service without authentication does not need; and QUERY_TOKEN, a token for https://api.applicationinsights.io. Exit code
0 when all is there, 1 when the service does not work, 2 when the command cannot do what was asked.
"""
import argparse
import json
import math
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from .arguments import check_secrets, parse_name, parse_seconds, parse_url
from .attempts import Attempts, SmokeTestError
from .deployment import NotNowError, RefusedError, ask, query
from .ending import ended
from .log_lines import log_line

ROWS = ((0.1,) * 10, (-0.1,) * 10)

# The columns of the current inference server say 200 or 0 whatever happened; the truth is in the dimensions.
REQUEST = """requests
| where tostring(customDimensions['Client Request Id']) == '{request_id}'
    or tostring(customDimensions['Request Id']) == '{request_id}' or id == '{request_id}'
| top 1 by timestamp desc
| project code = iff(isnotempty(tostring(customDimensions.resultCode)),
    tostring(customDimensions.resultCode), resultCode)"""
LINE = """traces
| extend line = iff(message == 'STDOUT', tostring(customDimensions.Content), message)
| where line has '{request_id}' and line has 'NumberOfPredictions'
| top 1 by timestamp desc
| project line"""


@dataclass(frozen=True, slots=True)
class ScoringRequest:
    """One request, by which it is known afterwards. An endpoint cuts the id after 40 letters, digits, `-` and `_`
    ("Troubleshoot online endpoint deployment and scoring")."""

    request_id: str
    trace_parent: str
    rows: Sequence[Sequence[float]]

    @classmethod
    def compose(cls, rows: Sequence[Sequence[float]]) -> "ScoringRequest":
        return cls(f"smoke-test-{uuid4().hex[:28]}", f"00-{uuid4().hex}-{uuid4().hex[:16]}-01", rows)

    def headers(self, token: str, deployment: str) -> dict[str, str]:
        return {"traceparent": self.trace_parent, "x-ms-client-request-id": self.request_id,
                "x-request-id": self.request_id, **({"Authorization": f"Bearer {token}"} if token else {}),
                **({"azureml-model-deployment": deployment} if deployment else {})}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parse(arguments)
    request = ScoringRequest.compose(options.rows)
    attempts = Attempts(options.timeout, options.interval)
    print(log_line(f"request {request.request_id}, traceparent {request.trace_parent}"), flush=True)
    try:
        print(log_line(judge_answer(attempts.repeat(lambda: _score(options, request)), request)), flush=True)
        if options.query_url:
            print("its telemetry takes some minutes", flush=True)
            code = attempts.repeat(lambda: _find(options, REQUEST, request, "request"))["code"]
            line = attempts.repeat(lambda: _find(options, LINE, request, "log line of the request"))["line"]
            print(log_line(judge_telemetry(code, line, request, options.model_version)))
    except (SmokeTestError, RefusedError) as exc:
        print(log_line(f"scoring_smoke_test: {exc}"), file=sys.stderr)
        return 1
    return 0


def _score(options: argparse.Namespace, request: ScoringRequest) -> bytes:
    headers = request.headers(os.environ.get("SCORING_TOKEN", ""), options.deployment)
    return ask(options.scoring_url, "the service", headers, {"data": request.rows})


def _find(options: argparse.Namespace, text: str, request: ScoringRequest, name: str) -> Mapping[str, Any]:
    rows = query(options.query_url, os.environ["QUERY_TOKEN"], text.format(request_id=request.request_id))
    if not rows:
        raise NotNowError(f"Application Insights has no {name} yet")
    return rows[0]


def judge_answer(body: bytes, request: ScoringRequest) -> str:
    """Raises SmokeTestError where the answer has not a number for each row."""
    try:
        result = json.loads(body)["result"]
        numbers = [float(one) for one in result if not isinstance(one, (bool, str))]
    except (ValueError, LookupError, TypeError) as exc:
        raise SmokeTestError(f'the answer is not {{"result": [numbers]}}: {body[:200]!r}') from exc
    if len(numbers) != len(result) or not all(map(math.isfinite, numbers)):
        raise SmokeTestError(f"the answer has a result that is no number: {body[:200]!r}")
    if len(numbers) != len(request.rows):
        raise SmokeTestError(f"the answer has {len(numbers)} results for {len(request.rows)} rows")
    return f"{len(numbers)} rows were answered with {', '.join(f'{one:.6g}' for one in numbers)}"


def judge_telemetry(code: str, line: str, request: ScoringRequest, model_version: str = "") -> str:
    """Raises SmokeTestError where the telemetry tells something else than the answer, or of another model."""
    if code != "200":
        raise SmokeTestError(f"Application Insights has the request with the result {code}, not 200")
    try:
        said = json.loads(line)
        found = (said["RequestId"], said["TraceParent"], said["NumberOfPredictions"])
    except (ValueError, LookupError, TypeError) as exc:
        raise SmokeTestError(f"the log line of the request is not that of score.py: {line[:200]}") from exc
    if found != (expected := (request.request_id, request.trace_parent, len(request.rows))):
        raise SmokeTestError(f"the log line tells {found}, not {expected}")
    if model_version and (answered := said.get("ModelVersion")) != model_version:
        raise SmokeTestError(f"version {answered} of the model has answered, not {model_version}")
    return "passed: Application Insights has the request, and its log line with the same trace"


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devops_pipelines.scoring_smoke_test", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scoring-url", required=True, type=parse_url, metavar="URL", help="ends with /score")
    parser.add_argument("--deployment", default="", type=parse_name, metavar="NAME",
                        help="ask this one, whatever its traffic")
    parser.add_argument("--model-version", default="", metavar="VERSION",
                        help="which the log line has to name; of App Service, where no header chooses who answers")
    parser.add_argument("--query-url", type=parse_url, metavar="URL",
                        help="https://api.applicationinsights.io/v1/apps/APP_ID/query; without, no telemetry is sought")
    parser.add_argument("--rows", type=_parse_rows, default=ROWS, metavar="FILE.json",
                        help="rows of another model, as a JSON array of arrays")
    parser.add_argument("--timeout", type=parse_seconds, default=600, metavar="SECONDS", help="(default: %(default)s)")
    parser.add_argument("--interval", type=parse_seconds, default=10, metavar="SECONDS",
                        help="between two attempts (default: %(default)s)")
    options = parser.parse_args(arguments)
    check_secrets(parser, ["QUERY_TOKEN"] if options.query_url else [], ["SCORING_TOKEN"])
    return options


def _parse_rows(name: str) -> Any:
    try:
        rows = json.loads(Path(name).read_text("utf-8"))
    except (OSError, ValueError) as exc:
        raise argparse.ArgumentTypeError(f"{name}: {exc}") from exc
    if not isinstance(rows, list) or not rows:
        raise argparse.ArgumentTypeError(f"{name} has to be a JSON array of rows")
    return rows


if __name__ == "__main__":
    sys.exit(ended("scoring_smoke_test", main))
