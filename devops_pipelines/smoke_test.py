"""Prove that a deployed function works: post an event to it as Event Grid does, wait for its record by a Kusto query.

What is proven depends on the run of the event:

  --run RUN_ID    an ended run of the workspace: the app runs and has its settings, its identity may read runs, and
                  Application Insights takes what it sends
  --run latest    the same with the run that was last recorded as completed; none where there is no such record yet
  --run none      an event that names no run and leaves an `invalid_event` record: all of that but the reading of runs

The record of a run is one more of the same, and queries keep the latest. The id of the event begins with `smoke-test-`,
by which queries leave the invalid one out. Event Grid has no part in it: nobody but Azure Machine Learning can
publish to the topic of a workspace.

The environment has two secrets: FUNCTION_KEY, the system key `eventgrid_extension` of the function app, and
QUERY_TOKEN, a token for https://api.applicationinsights.io. Exit code 0 when the record is there, 1 when the
deployment does not work, 2 when the command cannot do what was asked.
"""
import argparse
import os
import sys
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, TypeVar

from .deployment import Deployment, NotNowError, RefusedError
from .log_lines import log_line

EVENT_PREFIX = "smoke-test-"
EVENT_TYPE = "Microsoft.MachineLearningServices.RunCompleted"

Result = TypeVar("Result")

LATEST_RUN = """traces
| where timestamp > ago(30d) and tostring(customDimensions.type) == 'run_detail'
| where tostring(customDimensions.run_status) == 'Completed' and isempty(tostring(customDimensions.failed_step_count))
| top 1 by timestamp desc
| project
    run_id = tostring(customDimensions.run_id),
    workspace_id = strcat('/subscriptions/', tostring(customDimensions.subscriptions),
        '/resourceGroups/', tostring(customDimensions.resourceGroup),
        '/providers/Microsoft.MachineLearningServices/workspaces/', tostring(customDimensions.amlWorkSpace))"""
RECORD = """traces
| where tostring(customDimensions.event_id) == '{event_id}'
| top 1 by timestamp desc
| project
    type = tostring(customDimensions.type),
    reason = tostring(customDimensions.reason),
    run_status = tostring(customDimensions.run_status)"""


class SmokeTestError(Exception):
    """The deployment does not do what it should."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run that has ended; without `workspace_id`, its ARM id, it is one of the only workspace that is monitored."""

    run_id: str
    workspace_id: str | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parse(arguments)
    deployment = Deployment(options.function_url, os.environ["FUNCTION_KEY"],
                            options.query_url, os.environ["QUERY_TOKEN"])
    try:
        _test(deployment, options, _Attempts(options.timeout, options.interval))
    except (SmokeTestError, RefusedError) as exc:
        print(log_line(f"smoke_test: {exc}"), file=sys.stderr)
        return 1
    return 0


def _test(deployment: Deployment, options: argparse.Namespace, attempts: "_Attempts") -> None:
    if options.run == "latest":
        run = attempts.repeat(lambda: _find_latest_run(deployment))
    else:
        run = None if options.run == "none" else Run(options.run, options.workspace_id)
    event = compose(run)
    named = f"run {run.run_id} has ended" if run else "names no run"
    print(log_line(f"event {event['id']}: {named}"), flush=True)
    attempts.repeat(lambda: deployment.deliver(event))
    print("the function accepted it; its record takes some minutes", flush=True)
    print(log_line(judge(attempts.repeat(lambda: _find_record(deployment, event["id"])), run)))


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devops_pipelines.smoke_test", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--function-url", required=True, type=_parse_url, metavar="URL",
                        help="of the function app: https://APP.azurewebsites.net")
    parser.add_argument("--query-url", required=True, type=_parse_url, metavar="URL",
                        help="https://api.applicationinsights.io/v1/apps/APP_ID/query")
    parser.add_argument("--run", default="latest", help="a run id, latest or none (default: %(default)s)")
    parser.add_argument("--workspace-id", metavar="ARM_ID",
                        help="the workspace of the run id, where the function monitors more than one")
    parser.add_argument("--timeout", type=float, default=600, metavar="SECONDS", help="(default: %(default)s)")
    parser.add_argument("--interval", type=float, default=10, metavar="SECONDS",
                        help="between two attempts (default: %(default)s)")
    options = parser.parse_args(arguments)
    missing = [name for name in ("FUNCTION_KEY", "QUERY_TOKEN") if not os.environ.get(name)]
    if missing:
        parser.error(f"{' and '.join(missing)} not set: put the secret into the environment")
    return options


def _parse_url(text: str) -> str:
    if not text.startswith("https://"):
        raise argparse.ArgumentTypeError(f"{text!r} does not begin with https://")
    return text


class _Attempts:
    """Repeats what does not succeed yet until the time is over, and tells how it goes."""

    def __init__(self, limit_seconds: float, pause_seconds: float):
        self._limit_seconds, self._pause_seconds = limit_seconds, pause_seconds
        self._start = time.monotonic()

    def repeat(self, action: Callable[[], Result]) -> Result:
        """The action's result. Raises SmokeTestError with its last problem when the time is over."""
        while True:
            try:
                return action()
            except NotNowError as exc:
                passed_seconds = time.monotonic() - self._start
                if passed_seconds + self._pause_seconds > self._limit_seconds:
                    raise SmokeTestError(f"{exc}, after {passed_seconds:.0f} seconds") from exc
                print(log_line(f"{passed_seconds:4.0f} s: {exc}"), flush=True)
                time.sleep(self._pause_seconds)


def _find_latest_run(deployment: Deployment) -> Run | None:
    rows = deployment.query(LATEST_RUN)
    return Run(**rows[0]) if rows else None


def compose(run: Run | None) -> dict[str, Any]:
    """The event, in the Event Grid schema, that the run has ended; one that names no run is invalid on purpose."""
    return {
        "id": f"{EVENT_PREFIX}{uuid.uuid4()}",
        "subject": f"runs/{run.run_id}" if run else "smoke test of the deployment",
        "eventType": EVENT_TYPE,
        "eventTime": datetime.now(timezone.utc).isoformat(),
        "data": {"runId": run.run_id} if run else {},
        "dataVersion": "",
        "metadataVersion": "1",
        **({"topic": run.workspace_id} if run and run.workspace_id else {})}


def _find_record(deployment: Deployment, event_id: str) -> dict[str, Any]:
    rows = deployment.query(RECORD.format(event_id=event_id))
    if not rows:
        raise NotNowError("Application Insights has no record of the event yet")
    return rows[0]


def judge(record: Mapping[str, str], run: Run | None) -> str:
    """What the record proves. Raises SmokeTestError when it is not the one that the event should leave."""
    if run is None and record["type"] == "invalid_event":
        return f"passed: the event was recorded as invalid ({record['reason']}), as it should be; no run was read"
    if run and record["type"] == "run_detail":
        return f"passed: run {run.run_id} was read and recorded ({record['run_status']})"
    raise SmokeTestError(f"the event was recorded as {record['type']}: {record['reason'] or record['run_status']}")


if __name__ == "__main__":
    sys.exit(main())
