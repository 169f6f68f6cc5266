"""How a command becomes part of the command line: what it is called, what its help says, what runs it."""
import argparse
from pathlib import Path
from typing import Any, Protocol

from ..endpoints import FOLDER


class Command(Protocol):
    """A module: its docstring is the help, and its first line the one in the list of commands."""

    __doc__: str | None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int:
        """The exit code; `arguments` have the folder, and as `prog` the command as it was called."""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, command: Command,
                folder: Any = argparse.SUPPRESS) -> None:
    """A part of another command has no default `folder`, or it would take the place of the one named before it."""
    description = command.__doc__ or ""
    parser = commands.add_parser(name, help=description.partition("\n")[0], description=description,
                                 formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=folder,
                        help=f"where telemetry, logs, dead letters and endpoints are kept (default: {FOLDER})")
    command.add_arguments(parser)
    parser.set_defaults(command=command, prog=parser.prog)
