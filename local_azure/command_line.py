"""The command line of `python -m local_azure`: which command is meant, and how one fails that cannot do it."""
import argparse
import sys

from .commands import demo, play, prepare, query, replay, send, up
from .commands.failure import CommandError
from .commands.parsers import add_command
from .endpoints import FOLDER, NotRunningError
from .terminal_texts import terminal_text

COMMANDS = {"demo": demo, "up": up, "play": play, "send": send, "replay": replay, "query": query, "prepare": prepare}


def main() -> int:
    arguments = _parse_arguments()
    try:
        exit_code: int = arguments.command.run(arguments)
        return exit_code
    except (CommandError, NotRunningError) as exc:
        for line in exc.args:
            print(f"{arguments.prog}: {terminal_text(line)}", file=sys.stderr)
        return 2


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local_azure",
                                     description="The Azure that Pipeline Run Monitor needs, on this machine.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        add_command(commands, name, command, FOLDER)
    return parser.parse_args()
