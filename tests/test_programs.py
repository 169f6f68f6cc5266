"""What is skipped for want of a program is said, and is a failure where all tests are required."""
import re
import subprocess
import sys

import pytest

from tests.inner_run import run_tests
from tests.programs import REPOSITORY, REQUIRED, find_node, summarize

PARSER = "@kusto/language-service-next"


@pytest.fixture(autouse=True)
def not_required(monkeypatch):
    monkeypatch.delenv(REQUIRED, raising=False)


def test_node_that_is_missing_is_named(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.skip.Exception, match="for want of Node.js .*apt-get install nodejs npm"):
        find_node(PARSER, REPOSITORY / "tests" / "queries" / "kusto_parser")


def test_npm_package_that_is_missing_is_named(monkeypatch, tmp_path):
    (tmp_path / "node").touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match="for want of the npm package none .run npm ci in tests/data"):
        find_node("none", REPOSITORY / "tests" / "data")


def test_where_all_tests_are_required_a_missing_program_is_a_failure(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv(REQUIRED, "1")
    with pytest.raises(pytest.fail.Exception, match="Node.js .*is no reason to skip"):
        find_node(PARSER, REPOSITORY)


def test_what_was_skipped_is_counted_by_what_is_wanting():
    reasons = ["Skipped: for want of a (get a)", "Skipped: not today", "Skipped: for want of a (get a)"]
    assert summarize(reasons) == "2 skipped for want of a (get a); 1 skipped not today"
    assert summarize([]) == ""


def test_the_suite_says_so_in_the_line_before_its_last():
    ended = run_tests("tests/dashboard/page/test_keyboard.py", PATH="")
    *_, said, closing = ended.stdout.splitlines()
    skipped = closing.partition(" in ")[0]
    assert re.fullmatch("[1-9][0-9]* skipped", skipped)
    assert said == f"{skipped} for want of Chromium (on Debian: apt-get install chromium libatomic1)"


@pytest.mark.parametrize("required", [{}, {REQUIRED: "1"}], ids=["skipped", "required"])
def test_a_command_says_in_a_line_which_program_it_needs(required):
    ended = subprocess.run([sys.executable, "-m", "tests.environment_setup.bicep.snapshot_file"], cwd=REPOSITORY,
                           env={"PATH": "", **required}, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
    assert ended.stderr.startswith("nothing is written for want of bicep ")
