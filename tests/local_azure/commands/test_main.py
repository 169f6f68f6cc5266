"""What all commands have in common."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local_azure.commands import demo, play, prepare, query, replay, send, up
from local_azure.commands.demos.names import DEMOS

REPOSITORY = Path(__file__).parents[3]
COMMANDS = {"demo": demo, "up": up, "play": play, "send": send, "replay": replay, "query": query,
            "prepare": prepare}
ALL = {**COMMANDS, **{f"demo {name}": one for name, one in DEMOS.items()}}


@pytest.mark.parametrize(("name", "command"), ALL.items())
def test_every_command_describes_itself_and_its_options(run_here, name, command):
    ended = run_here(*name.split(), "--help")
    assert (ended.exit_code, ended.errors) == (0, "")
    assert command.__doc__.strip() in ended.output
    assert "--folder FOLDER" in ended.output and ".local_azure" in ended.output


def test_help_lists_the_commands(run_command, tmp_path):
    ended = run_command(tmp_path, "--help")
    assert (ended.exit_code, ended.errors) == (0, "")
    for command in COMMANDS:
        assert f"\n    {command} " in ended.output


def test_a_demo_of_one_part_is_listed_where_the_demo_describes_itself(run_here):
    listed = run_here("demo", "--help").output.partition("demos of one part:")[2]
    assert [name for name in DEMOS if f"\n    {name} " not in listed] == []


@pytest.mark.parametrize("arguments", [
    (), ("destroy",), ("play",), ("play", "--keep"), ("send",), ("replay",), ("query",),
    ("query", "-e", "traces", "file.kql"),
    ("query", "-e", "traces", "-f", "xml"), ("demo", "--rows", "-1"), ("demo", "everything"),
    ("up", "--port", "identity"), ("up", "--port", "cosmos=1"), ("up", "--port", "identity=99999"),
    ("up", "--speed", "0"), ("up", "--speed", "nan"), ("up", "--speed", "fast"), ("up", "--queue", ""),
    ("up", "--queue", "a/b"), ("up", "--queue", "-a"), ("up", "--queue", "a" * 261), ("up", "--port", "dashboard=-1")])
def test_arguments_that_make_no_command_are_refused_with_the_usage(run_here, arguments):
    ended = run_here(*arguments)
    assert (ended.exit_code, ended.output) == (2, "")
    assert ended.errors.startswith("usage: python -m local_azure")
    assert ended.errors.splitlines()[-1].partition(": error: ")[2]


def test_a_port_that_is_none_is_told_with_those_that_there_are(run_here):
    assert run_here("up", "--port", "dashboard=99999").errors.endswith(": '99999' is no port from 0 to 65535\n")


def test_a_place_where_no_environment_can_be_kept_is_named(run_here, tmp_path):
    (tmp_path / "file").touch()
    ended = run_here("prepare", "--environments", tmp_path / "file")
    assert (ended.exit_code, ended.errors) == (2, (
        f"python -m local_azure prepare: environments cannot be kept in {tmp_path / 'file'}: File exists: name another "
        "place with --environments\n"))


def test_output_that_nobody_reads_is_no_traceback(open_command, up_folder):
    read, write = os.pipe()
    os.close(read)
    process = open_command(up_folder.parent, "query", "--folder", up_folder, "-e", "traces", stdout=write)
    os.close(write)
    assert process.communicate(timeout=60) == (None, "")
    assert process.returncode == 1


@pytest.mark.parametrize("arguments", [("query", "-e", "traces"), ("send", "event.json")])
def test_a_command_does_its_work_where_its_output_is_closed(up_folder, tmp_path, arguments):
    (tmp_path / "event.json").write_text("[]")
    ended = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", sys.executable, "-m", "local_azure", *arguments, "--folder", up_folder],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, stderr=subprocess.PIPE, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")
