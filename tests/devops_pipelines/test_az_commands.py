"""The Azure CLI's own parser takes every az command of scripts, pipelines, hooks and documentation."""
import re

import pytest

from tests.devops_pipelines import shell_scripts
from tests.devops_pipelines.az_commands import VALUE, az_commands
from tests.devops_pipelines.azure_cli import client
from tests.docs.pages import PAGES, REPOSITORY, code_names

CHOICES = {"deployment group VALUE": ("what-if", "create")}  # what is chosen where a command is called, not written
MISTAKES = {
    "command": (["group", "creat"], "creat"),
    "group of commands": (["grup", "create"], "grup"),
    "option": (["group", "create", "--name", "x", "--location", "y", "--tag", "z", "--force"], "--force"),
    "missing option": (["group", "create", "--name", "x"], "--location"),
    "value": (["group", "create", "--name", "x", "--location", "y", "--output", "text"], "--output"),
    "command of an extension": (["repos", "import", "creat"], "repos"),
    "option of an extension": (["repos", "create", "--nam", "x"], "--nam"),
    "missing option of an extension": (["repos", "policy", "build", "create", "--branch", "main"], "--blocking"),
}


def chosen(command):
    words = " ".join(command)
    for beginning, choices in CHOICES.items():
        if words.startswith(beginning):
            place = beginning.split().index(VALUE)
            return [[*command[:place], choice, *command[place + 1:]] for choice in choices]
    return [command]


def commands_in(origin, script):
    """Where it stands and the command, once for each of its choices."""
    return [(origin, command) for found in az_commands(script) for command in chosen(found)]


SCRIPTS = [one for script in (*shell_scripts.programs(), *shell_scripts.examples())
           for one in commands_in(script.origin, script.text)]
NAMED = [one for page in PAGES for code in sorted(code_names(page)) for one in commands_in(
    page.name, code.replace("…", VALUE) if re.match(r"az \w", code) else "")]


@pytest.fixture(scope="module")
def problems():
    """What is wrong with each command, or None; all are asked about at once."""
    commands = sorted({tuple(command) for _, command in [*SCRIPTS, *NAMED]} | {
        tuple(command) for command, _ in MISTAKES.values()})
    return dict(zip(commands, client.find().problems(commands)))


def wrong(commands, problems):
    return {f"{origin}: {' '.join(command)}": problem for origin, command in commands
            if (problem := problems[tuple(command)])}


def test_commands_that_are_run_or_shown_are_complete(problems):
    assert len(SCRIPTS) > 50
    assert wrong(SCRIPTS, problems) == {}


def test_commands_that_a_sentence_names_are_there(problems):
    """Their arguments may be left out."""
    assert len(NAMED) > 5
    assert {place: problem for place, problem in wrong(NAMED, problems).items() if "are required" not in problem} == {}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found(problems, mistake):
    command, part = MISTAKES[mistake]
    assert part in problems[tuple(command)]


def test_the_documentation_names_the_release():
    text = (REPOSITORY / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert re.search(r"release ([\d.]+)", text)[1].rstrip(".") == client.VERSION


@pytest.mark.parametrize(("script", "commands"), [
    ("az group create --name \"$GROUP\" --tags 'a b'", [["group", "create", "--name", VALUE, "--tags", "a b"]]),
    ("name=$(az a b --id $(az c d))", [["a", "b", "--id", VALUE], ["c", "d"]]),
    ('until az a "b-$C" \\\n  --d; do sleep 1; done', [["a", "b-VALUE", "--d"]]),
    ('remove "what" az a "$@" --b ${C:-d} | grep az', [["a", "--b", "d"]]),
    ("A=1 az b # az c", [["b"]]),
    ("echo 'az a'", []),
])
def test_commands_of_a_script(script, commands):
    assert list(az_commands(script)) == commands
