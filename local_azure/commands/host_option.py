"""The option for another functions host than the own one, the same in every command that has one."""
import argparse
import os
from typing import Any

from ..functions_host.command import OWN, HostCommand
from ..functions_host.models import KEY_VARIABLE

VARIABLE = "LOCAL_AZURE_FUNCTIONS_HOST"


def add_functions_host(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--functions-host", type=_parse, metavar="COMMAND", default=os.environ.get(VARIABLE) or OWN,
                        help="the host that runs the functions, as 'func start --port {port}'; {app} stands for their "
                             f"folder, in which it is started (default: ${VARIABLE}, or the host of the local Azure)")


def functions_host(arguments: argparse.Namespace) -> dict[str, Any]:
    """What `Options` are told of it; a host that keeps keys of its own wants its master key, which the variable has."""
    return {"functions_host": arguments.functions_host, "functions_key": os.environ.get(KEY_VARIABLE)}


def _parse(text: str) -> HostCommand:
    try:
        return HostCommand.parse(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(f"{text!r} starts no functions host: {exc}") from exc
