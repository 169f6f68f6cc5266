"""Make the environment in which deployments run: Microsoft's inference server and scikit-learn, in a place apart.

A deployment makes it when it is first needed; this makes it before, with what is done being said. Where it is there
already nothing is done.
"""
import argparse
import asyncio
from pathlib import Path

from rich.console import Console

from ..machine_learning.online_endpoints.environments import ENVIRONMENTS, InferenceEnvironment, InstallationError
from .failure import CommandError
from .saying import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_environments(parser)


def add_environments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environments", type=Path, default=ENVIRONMENTS, metavar="PLACE",
                        help="where environments are kept (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    prepare_environment(arguments.environments, Console(highlight=False))
    return 0


def prepare_environment(folder: Path, console: Console) -> InferenceEnvironment:
    """The environment, ready. Raises CommandError."""
    made = InferenceEnvironment(folder)
    try:
        with console.status("the environment of the inference server …"):
            asyncio.run(made.prepare(console.print))
    except InstallationError as exc:
        raise CommandError(*str(exc).splitlines()) from exc
    except OSError as exc:
        raise CommandError(f"environments cannot be kept in {folder}: {exc.strerror or exc}: name another place with "
                           "--environments") from exc
    say(console, f"environment of the inference server: {made.place}")
    return made
