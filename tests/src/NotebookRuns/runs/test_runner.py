"""The script that runs a notebook, as a process, with a papermill that does as it is told."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RUNNER = Path(__file__).parents[4] / "src" / "NotebookRuns" / "runs" / "runner.py"
PAPERMILL = """
import json, shutil

class PapermillExecutionError(Exception):
    pass

def execute_notebook(notebook, output, **options):
    shutil.copy(notebook, output)
    print(json.dumps([notebook, output, options]))
    cells = json.load(open(notebook))["cells"]
    if any(each["output_type"] == "error" for cell in cells for each in cell.get("outputs", ())):
        raise PapermillExecutionError("a cell failed")
"""


@pytest.fixture
def run(tmp_path, data_folder):
    """Runs a notebook that was executed already, as if it were now."""
    (tmp_path / "papermill.py").write_text(PAPERMILL)
    (tmp_path / "in").mkdir()

    def run_script(name):
        (tmp_path / "in" / "a.ipynb").write_text((data_folder / "notebooks" / f"{name}.output.ipynb").read_text())
        return subprocess.run([sys.executable, RUNNER, "in/a.ipynb", "outputs/a.output.ipynb"], cwd=tmp_path, text=True,
                              capture_output=True, env={**os.environ, "PYTHONPATH": str(tmp_path)})

    return run_script


def test_a_notebook_runs_in_its_folder_with_the_kernel_that_there_is(run, tmp_path):
    done = run("passes")
    assert (done.returncode, done.stderr) == (0, "")  # what raises-exception asks for is no failure
    assert json.loads(done.stdout) == ["in/a.ipynb", "outputs/a.output.ipynb", {
        "cwd": "in", "kernel_name": "python3", "log_output": True, "progress_bar": False}]
    assert (tmp_path / "outputs" / "a.output.ipynb").exists()


def test_a_failed_cell_is_exit_code_1_and_the_executed_notebook_is_there(run, tmp_path):
    done = run("fails")
    assert (done.returncode, done.stderr) == (1, "a cell failed\n")
    assert (tmp_path / "outputs" / "a.output.ipynb").exists()


def test_it_needs_nothing_of_the_function_app():
    assert "NotebookRuns" not in RUNNER.read_text() and "azure" not in RUNNER.read_text().split('"""')[2]
