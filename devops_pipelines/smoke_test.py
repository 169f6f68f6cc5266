"""Prove that a deployed function works: post an event to it as Event Grid does, wait for its record by a Kusto query.

With `--check` it waits for nothing: it says in one screen whether the app runs, has its settings, may read runs, has a
subscription that delivers, and when it last recorded, and what to do where not.

What is proven depends on the run of the event:

  --run RUN_ID    an ended run of the workspace: the app runs and has its settings, its identity may read runs, and
                  Application Insights takes what it sends
  --run latest    the same with the run that was last recorded as completed; none where there is no such record yet
  --run none      an event that names no run and leaves an `invalid_event` record: all of that but the reading of runs

The record of a run is one more of the same, and queries keep the latest. The id of the event begins with `smoke-test-`,
by which queries leave the invalid one out. Event Grid has no part in it: nobody but Azure Machine Learning can
publish to the topic of a workspace.

The environment has two secrets: FUNCTION_KEY, the system key `eventgrid_extension` of the function app, and
QUERY_TOKEN, a token for https://api.applicationinsights.io. To look at event subscriptions, `--check` wants a third:
MANAGEMENT_TOKEN, a token for https://management.azure.com. Exit code 0 when the record is there, or nothing bad was
seen, 1 when the deployment does not work, 2 when the command cannot do what was asked.
"""
import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from .arguments import check_secrets, parse_resource_id, parse_seconds, parse_url
from .attempts import Attempts, SmokeTestError
from .deployment import Deployment, NotNowError, RefusedError
from .ending import ended
from .event_subscription import Subscription
from .health import Check, Verdict
from .log_lines import log_line
from .smoke_events import Run, compose, find_latest_run

RECORD = """traces
| where tostring(customDimensions.event_id) == '{event_id}'
| top 1 by timestamp desc
| project
    type = tostring(customDimensions.type),
    reason = tostring(customDimensions.reason),
    run_status = tostring(customDimensions.run_status)"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parse(arguments)
    deployment = Deployment(options.function_url, os.environ["FUNCTION_KEY"],
                            options.query_url, os.environ["QUERY_TOKEN"])
    if options.check:
        return _check(deployment, options)
    try:
        _test(deployment, options, Attempts(options.timeout, options.interval))
    except (SmokeTestError, RefusedError) as exc:
        print(log_line(f"smoke_test: {exc}"), file=sys.stderr)
        return 1
    return 0


def _check(deployment: Deployment, options: argparse.Namespace) -> int:
    subscriptions = [Subscription(resource_id, options.management_url, os.environ["MANAGEMENT_TOKEN"])
                     for resource_id in options.event_subscription]
    run = None if options.run in ("latest", "none") else Run(options.run, options.workspace_id)
    is_well = True
    for finding in Check(deployment, subscriptions, run, options.run != "none").findings():
        is_well &= finding.verdict is not Verdict.BAD
        print(log_line(f"{finding.verdict.value:4} {finding.subject:11}  {finding.seen}"), flush=True)
        if finding.cure:
            print(log_line(f"{'':16}  {finding.cure}"), flush=True)
    return 0 if is_well else 1


def _test(deployment: Deployment, options: argparse.Namespace, attempts: Attempts) -> None:
    if options.run == "latest":
        run = attempts.repeat(lambda: find_latest_run(deployment))
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
    parser.add_argument("--function-url", required=True, type=parse_url, metavar="URL",
                        help="of the function app: https://APP.azurewebsites.net")
    parser.add_argument("--query-url", required=True, type=parse_url, metavar="URL",
                        help="https://api.applicationinsights.io/v1/apps/APP_ID/query")
    parser.add_argument("--run", default="latest", help="a run id, latest or none (default: %(default)s)")
    parser.add_argument("--workspace-id", metavar="ARM_ID",
                        help="the workspace of the run id, where the function monitors more than one")
    parser.add_argument("--check", action="store_true", help="say what works and what does not, and wait for no record")
    parser.add_argument("--event-subscription", action="append", default=[], type=parse_resource_id, metavar="ARM_ID",
                        help="of a system topic, for --check: …/systemTopics/TOPIC/eventSubscriptions/NAME; may be "
                             "repeated")
    parser.add_argument("--management-url", type=parse_url, default="https://management.azure.com", metavar="URL",
                        help="Azure Resource Manager of another cloud (default: %(default)s)")
    parser.add_argument("--timeout", type=parse_seconds, default=600, metavar="SECONDS", help="(default: %(default)s)")
    parser.add_argument("--interval", type=parse_seconds, default=10, metavar="SECONDS",
                        help="between two attempts (default: %(default)s)")
    options = parser.parse_args(arguments)
    needed = ["FUNCTION_KEY", "QUERY_TOKEN", *(["MANAGEMENT_TOKEN"] if options.event_subscription else [])]
    check_secrets(parser, needed)
    return options


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
    sys.exit(ended("smoke_test", main))
