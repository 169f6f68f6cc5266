"""A local Azure that stays up: where everything is, and then nothing but waiting for Ctrl-C."""
import os
import signal

from rich.console import Console
from tabulate import tabulate

from ..cloud import SERVICES, LocalAzure
from .saying import say
from .starting import StopSignals


def stay_up(local_azure: LocalAzure, signals: StopSignals, console: Console) -> None:
    """Returns when a signal came."""
    say(console, *_describe(local_azure).splitlines())
    try:
        while True:
            signals.pause(0.5)
    except KeyboardInterrupt:
        console.print("stopping")


def _describe(local_azure: LocalAzure) -> str:
    endpoints = local_azure.endpoints
    rows = [(service, getattr(endpoints, service)) for service in SERVICES]
    rows += [("topic", endpoints.topic_url), ("topic key", endpoints.topic_key),
             ("webhook of the function", endpoints.webhook_url),
             ("Kusto", f"{endpoints.application_insights}/v2/rest/query"), ("query key", endpoints.query_key),
             ("control key", endpoints.control_key), ("Service Bus", endpoints.service_bus_connection_string),
             ("page of Azure DevOps", endpoints.devops_url), ("personal access token", endpoints.devops_key),
             ("certificate authority", endpoints.certificate_authority),
             ("log of the function", local_azure.functions_log), ("dead letters", local_azure.dead_letter_folder)]
    return (f"\n{tabulate(rows, tablefmt='plain')}\n\nthe dashboard, for a browser:\n{endpoints.dashboard_url}\n\n"
            f"running; {_stopper()} stops it")


def _stopper() -> str:
    """Ctrl-C, but where whoever started this ignores it, as `&` in a script does."""
    return f"kill {os.getpid()}" if signal.getsignal(signal.SIGINT) is signal.SIG_IGN else "Ctrl-C"
