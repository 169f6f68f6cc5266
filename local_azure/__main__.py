"""`python -m local_azure`: run the demo, keep a local Azure running, send events to it, query what was recorded.

Exit code 0 when all went well, 1 when an event was not delivered, 2 when the command cannot do what was asked.
"""
import argparse
import sys
from pathlib import Path

from .commands import demo, query, send, up
from .commands.failure import CommandError
from .endpoints import FOLDER

_COMMANDS = {"demo": demo, "up": up, "send": send, "query": query}


def main() -> int:
    arguments = _parse_arguments()
    try:
        return arguments.command.run(arguments)
    except CommandError as exc:
        print(f"{arguments.prog}: {exc}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local_azure",
                                     description="The Azure that Pipeline Run Monitor needs, on this machine.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, command in _COMMANDS.items():
        summary, _, rest = command.__doc__.partition("\n")
        one = commands.add_parser(name, help=summary, description=summary + rest,
                                  formatter_class=argparse.RawDescriptionHelpFormatter)
        one.add_argument("--folder", type=Path, default=FOLDER,
                         help="where telemetry, logs, dead letters and endpoints are kept (default: %(default)s)")
        command.add_arguments(one)
        one.set_defaults(command=command, prog=one.prog)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
