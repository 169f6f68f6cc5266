"""`python -m local_azure`: run the demo, keep a local Azure running, play what happened elsewhere, send events, query.

Exit code 0 when all went well, 1 when an event was not recorded or nobody reads the output, 2 when the command
cannot do what was asked, 130 when it was interrupted.
"""
import argparse
import os
import sys

from .commands import demo, play, prepare, query, replay, send, up
from .commands.failure import CommandError
from .commands.parsers import add_command
from .endpoints import FOLDER, NotRunningError
from .terminal_texts import terminal_text

_COMMANDS = {"demo": demo, "up": up, "play": play, "send": send, "replay": replay, "query": query,
             "prepare": prepare}


def main() -> int:
    arguments = _parse_arguments()
    try:
        exit_code: int = arguments.command.run(arguments)
        sys.stdout.flush()
        return exit_code
    except (CommandError, NotRunningError) as exc:
        for line in exc.args:
            print(f"{arguments.prog}: {terminal_text(line)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the program that reads the output, `head` for instance, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what Python still writes at its end
        return 1


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local_azure",
                                     description="The Azure that Pipeline Run Monitor needs, on this machine.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, command in _COMMANDS.items():
        add_command(commands, name, command, FOLDER)
    return parser.parse_args()


if __name__ == "__main__":
    os.umask(0o077)  # telemetry, logs, dead letters: whichever program writes a file here, it is for its owner alone
    sys.exit(main())
