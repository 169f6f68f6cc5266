"""Asks the Azure CLI's own parser what it thinks of commands; runs none. Python of the Azure CLI's environment runs it.

stdin:  [["group", "create", "--name", "x"], …]
stdout: [null, "what is wrong", …]
"""
import contextlib
import io
import json
import os
import sys
import tempfile

os.environ |= {"AZURE_CORE_COLLECT_TELEMETRY": "0", "AZURE_EXTENSION_USE_DYNAMIC_INSTALL": "no",
               "AZURE_CONFIG_DIR": tempfile.mkdtemp(), "AZURE_EXTENSION_DIR": tempfile.mkdtemp()}


class Parsed(BaseException):
    """A command is fine. The CLI handles every Exception."""


def problem_of(cli, command):
    invocation = cli.invocation_cls(cli_ctx=cli, parser_cls=cli.parser_cls, help_cls=cli.help_cls,
                                    commands_loader_cls=cli.commands_loader_cls)
    cli.invocation = invocation
    parse = invocation.parser.parse_args

    def parse_and_stop(*arguments):
        parse(*arguments)
        raise Parsed
    invocation.parser.parse_args = parse_and_stop
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            invocation.execute(command)
    except Parsed:
        return None
    except SystemExit:
        return said.getvalue().strip().partition("\n")[0]
    raise RuntimeError(f"ran {command}")


def main():
    from azure.cli.core import get_default_cli
    cli = get_default_cli()
    json.dump([problem_of(cli, command) for command in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
