"""Keep the local Azure running until Ctrl-C, print its endpoints, and record the sample workspace's runs.

The dashboard's address, printed last, opens in a browser: what ran, how long it took, what failed and why.
Send events of your own with `python -m local_azure send` and query with `python -m local_azure query`, or with a Kusto
client at the application_insights endpoint and the query key as its bearer token.
"""
import argparse
import re
from datetime import datetime, timezone
from pathlib import Path

from rich.console import Console

from ..application_insights.models import QUERY_SECONDS
from ..clock import ScaledClock
from ..cloud import SERVICES
from ..functions_host.command import OWN, HostCommand
from ..functions_host.telemetry import SETTING
from ..options import Options
from ..ports import parse_port
from ..scenarios.events import ended_events, published_at
from ..scenarios.loading import load
from ..service_bus.models import QueueSettings
from .host_option import add_functions_host, functions_host
from .publishing import publish_and_wait
from .query_limit import add_query_limit
from .running import stay_up
from .sample_telemetry import add_sample_telemetry
from .starting import started

_QUEUE = re.compile("[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]")
_MOST_OF_A_QUEUE = 260


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", action="append", default=[], type=_parse_port, metavar="SERVICE=PORT",
                        help=f"a fixed port for one service, may be repeated; services: {', '.join(SERVICES)}")
    parser.add_argument("--speed", type=_parse_speed, default=1.0, metavar="N",
                        help="how much faster than the wall's the clock of Event Grid's retries runs (default: 1)")
    parser.add_argument("--queue", action="append", default=[], type=_parse_queue, metavar="NAME",
                        help="a queue of Service Bus, may be repeated")
    parser.add_argument("--repository", action="append", default=[], type=_parse_repository, metavar="NAME=FOLDER",
                        help="a repository of Azure DevOps: a folder or a Git repository; may be repeated")
    add_query_limit(parser)
    add_functions_host(parser)
    parser.add_argument("--empty", action="store_true", help="do not publish the sample workspace's events")


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    workspace = load(datetime.now(timezone.utc))
    options = Options(ports=dict(arguments.port), clock=ScaledClock(arguments.speed),
                      queues=[QueueSettings(name) for name in arguments.queue],
                      repositories=dict(arguments.repository), settings=_telemetry(arguments.functions_host),
                      query_seconds=arguments.query_limit or QUERY_SECONDS, **functions_host(arguments))
    with started(arguments.folder, workspace, options, console) as (local_azure, signals):
        try:
            if not arguments.empty:
                now = datetime.now(timezone.utc)
                publish_and_wait(local_azure, published_at(ended_events(workspace), now), console, signals.pause,
                                 meanwhile=lambda: add_sample_telemetry(local_azure, workspace, now))
        except KeyboardInterrupt:
            console.print("stopping")
        else:
            stay_up(local_azure, signals, console)
    return 0


def _telemetry(host: HostCommand) -> dict[str, str]:
    """Where the own host tells of its calls. Another one would also look for Microsoft's live metrics."""
    return {SETTING: "{connection_string}"} if host == OWN else {}


def _parse_port(text: str) -> tuple[str, int]:
    service, _, port = text.partition("=")
    if service not in SERVICES:
        raise argparse.ArgumentTypeError(f"{text!r} is not SERVICE=PORT with one of {', '.join(SERVICES)}")
    return service, parse_port(port)


def _parse_queue(text: str) -> str:
    """Microsoft's "Naming rules", but for a slash, which would lead to another address here."""
    if len(text) > _MOST_OF_A_QUEUE or not _QUEUE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no name of a queue: letters, digits, `.`, `-` and `_`, a letter "
                                         f"or digit at both ends, {_MOST_OF_A_QUEUE} at most")
    return text


def _parse_repository(text: str) -> tuple[str, Path]:
    name, _, folder = text.partition("=")
    if not name or not folder or not Path(folder).is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=FOLDER with a folder that is there")
    return name, Path(folder).resolve()


def _parse_speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return speed
