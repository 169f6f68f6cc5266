"""How commands end that Ctrl-C stops, or whose output goes nowhere: with an exit code, and a line at most."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
HOMES = {"src": "command_ending", "local_azure": "local_azure.ending", "devops_pipelines": "devops_pipelines.ending"}
FULL = Path("/dev/full")
# Those are started by programs, which read what they say, or are run by Azure Machine Learning.
NO_COMMANDS = {"src/NotebookRuns/runs/runner.py", "local_azure/functions_host/__main__.py", "local_azure/keeper.py",
               "local_azure/machine_learning/execution/starter.py"}
PROGRAMS = sorted(path for folder in ("src", "dashboard", "local_azure", "devops_pipelines")
                  for path in (REPOSITORY / folder).rglob("*.py")
                  if '__name__ == "__main__"' in path.read_text("utf-8"))

each_home = pytest.mark.parametrize("module", HOMES.values())
where_a_disk_can_be_full = pytest.mark.skipif(not FULL.exists(), reason="the system has no /dev/full")


def run(*arguments, shell="", stdout=subprocess.PIPE, **environment):
    """Python with arguments; `shell` says what becomes of its streams."""
    path = os.pathsep.join(map(str, (REPOSITORY / "src", REPOSITORY)))
    return subprocess.run(["sh", "-c", f'exec "$@" {shell}', "sh", sys.executable, *arguments], cwd=REPOSITORY,
                          stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=120,
                          env={**os.environ, "PYTHONPATH": path, **environment})


def end(module, body, **options):
    ended = run("-c", f"import sys\nfrom {module} import ended\ndef run():\n    {body}\nsys.exit(ended('it', run))",
                **options)
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("file", PROGRAMS, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_every_command_ends_in_the_one_way(file):
    name = file.relative_to(REPOSITORY).as_posix()
    assert ("    sys.exit(ended(" in file.read_text("utf-8")) is (name not in NO_COMMANDS)


@each_home
def test_a_command_has_its_own_exit_code(module):
    assert end(module, "return 3") == (3, "")


@each_home
def test_an_interrupted_command_says_nothing(module):
    assert end(module, "raise KeyboardInterrupt") == (130, "")


@each_home
@pytest.mark.parametrize("body", ["print('a'); return 0", "print('a' * 100_000); return 0", "print('a'); sys.exit(0)"])
def test_output_that_nobody_reads_any_more_is_no_error(module, body):
    read, write = os.pipe()
    os.close(read)
    assert end(module, body, stdout=write) == (1, "")
    os.close(write)


@each_home
@where_a_disk_can_be_full
@pytest.mark.parametrize("body", ["print('a'); return 0", "print('a' * 100_000); return 0", "print('a'); sys.exit(0)"])
def test_output_that_cannot_be_written_is_an_error_in_a_line(module, body):
    code, errors = end(module, body, shell="> /dev/full")
    assert (code, len(errors.splitlines())) == (2, 1)
    assert errors.startswith("it: ") and "No space left on device" in errors


@each_home
def test_output_that_is_closed_is_none(module):
    assert end(module, "print('a', sys.stdout.isatty()); return 0", shell=">&-") == (0, "")


@each_home
def test_a_file_that_cannot_be_read_is_named(module, tmp_path):
    code, errors = end(module, f"open({str(tmp_path / 'none')!r})")
    assert (code, len(errors.splitlines())) == (2, 1)
    assert errors.startswith("it: ") and f"{tmp_path / 'none'}: No such file or directory" in errors


@pytest.mark.parametrize(("command", "imported"), [
    ("local_azure", "duckdb"), ("dashboard", "uvicorn"), ("redaction", "redaction.redactor"),
    ("PipelineRunMonitor.backfill", "azure.identity")])
def test_a_command_may_be_interrupted_while_it_imports(tmp_path, command, imported):
    """What it imports is interrupted: Python looks into sitecustomize first of all."""
    (tmp_path / "sitecustomize.py").write_text(
        f"import sys\nclass Finder:\n    def find_spec(self, name, *_):\n        if name == {imported!r}:\n"
        "            raise KeyboardInterrupt\nsys.meta_path.insert(0, Finder())\n")
    ended = run("-m", command, "--help" if command != "redaction" else "--why",
                PYTHONPATH=os.pathsep.join(map(str, (tmp_path, REPOSITORY / "src", REPOSITORY))))
    assert (ended.returncode, ended.stderr) == (130, "")


@where_a_disk_can_be_full
@pytest.mark.parametrize("arguments", [("-m", "redaction"), ("-m", "devops_pipelines.smoke_test", "--help")])
def test_a_command_whose_output_cannot_be_written_says_so(arguments):
    ended = run(*arguments, *(["README.md"] if "redaction" in arguments else []), shell="> /dev/full")
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)
    assert "No space left on device" in ended.stderr


def test_redaction_needs_something_to_read():
    ended = run("-m", "redaction", shell="<&-")
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].endswith("error: the standard input is closed: name a FILE")
