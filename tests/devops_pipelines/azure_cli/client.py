"""Asks the parser of the Azure CLI (parse.py) about commands, all in one process.

Commands of extensions, which are on no package index, are compared with extension_commands.json: their required and
optional arguments as their sources and Microsoft's reference name them.
"""
import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.programs import REPOSITORY, do_without

TIMEOUT_SECONDS = 300

_FOLDER = Path(__file__).parent
_PYTHON = REPOSITORY / ".azcli" / "bin" / "python"
_EXTENSIONS = json.loads((_FOLDER / "extension_commands.json").read_text(encoding="utf-8"))
_GLOBAL = {"--only-show-errors", "--output", "--query", "--subscription"}

VERSION = re.search(r"azure-cli==([\d.]+)", (_FOLDER / "requirements.txt").read_text(encoding="utf-8"))[1]


class AzureCliParser:

    def __init__(self, python: Path) -> None:
        self._python = python

    def problems(self, commands: Sequence[Sequence[str]]) -> list[str | None]:
        """Of each command, given without its `az`: what is wrong with it, or None."""
        found = [_problem_of_extension(command) for command in commands]
        left = [command for command in commands if not _extension_of(command)]
        done = subprocess.run([self._python, _FOLDER / "parse.py"], input=json.dumps(left), stdout=subprocess.PIPE,
                              encoding="utf-8", timeout=TIMEOUT_SECONDS, check=True)
        answers = iter(json.loads(done.stdout))
        return [found[i] if _extension_of(command) else next(answers) for i, command in enumerate(commands)]


def find() -> AzureCliParser:
    """The parser; where it is missing, the test is skipped."""
    if not _PYTHON.exists():
        do_without(f"azure-cli {VERSION}", "make azcli")
    return AzureCliParser(_PYTHON)


def _extension_of(command: Sequence[str]) -> str | None:
    words = " ".join(command)
    return next((name for name in _EXTENSIONS if words == name or words.startswith(f"{name} ")), None)


def _problem_of_extension(command: Sequence[str]) -> str | None:
    name = _extension_of(command)
    if name is None:
        return None
    given = {word for word in command if word.startswith("--")}
    required, optional = set(_EXTENSIONS[name]["required"]), set(_EXTENSIONS[name]["optional"])
    if unknown := given - required - optional - _GLOBAL:
        return f"unrecognized arguments: {' '.join(sorted(unknown))}"
    missing = required - given
    return f"the following arguments are required: {', '.join(sorted(missing))}" if missing else None
