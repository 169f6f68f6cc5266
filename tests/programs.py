"""Programs that some tests need and a machine may not have.

A test whose program is missing is skipped, and the suite says at its end what was skipped for want of what, and how to
get it. Where all tests are required it fails instead.
"""
import os
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import pytest

REQUIRED = "CI_REQUIRES_ALL_TESTS"  # set by continuous integration: nothing may be skipped for want of a program
REPOSITORY = Path(__file__).parents[1]

_NODE = "Node.js 18 with npm"
_GET_NODE = "on Debian: apt-get install nodejs npm"


def do_without(program: str, cure: str) -> NoReturn:
    """Skips the test, or fails it where all tests are required; `cure` says how to get the program."""
    reason = f"for want of {program} ({cure})"
    if os.environ.get(REQUIRED):
        pytest.fail(f"{reason}; {REQUIRED} is set, so this is no reason to skip", pytrace=False)
    pytest.skip(reason)


def find_node(package: str, folder: Path) -> str:
    """The path of Node.js; not without the npm package that `npm ci` installs in the folder."""
    node = shutil.which("node")
    if node is None:
        do_without(_NODE, _GET_NODE)
    if not (folder / "node_modules" / package).is_dir():
        do_without(f"the npm package {package}", f"run npm ci in {folder.relative_to(REPOSITORY)}")
    return node


def summarize(reasons: Iterable[str]) -> str:
    """One line about the tests that were skipped, by what pytest says of each; empty where none was."""
    counts = Counter(reason.removeprefix("Skipped: ") for reason in reasons)
    return "; ".join(f"{count} skipped {reason}" for reason, count in counts.items())
