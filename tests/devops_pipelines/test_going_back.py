"""However a script ends, it leaves no folder behind, and its exit code says whether the way back has failed."""
import re
import signal
from pathlib import Path

import pytest

from tests.devops_pipelines import test_batch_script as batch
from tests.devops_pipelines import test_model_scripts as models
from tests.devops_pipelines import test_web_app_script as web_app

SCRIPTS = sorted((Path(__file__).parents[2] / "devops_pipelines").glob("*.sh"))
LAST = {  # by script: the command, its answers, and a call that comes after a folder was made and something deployed
    "deploy_model": (models.DEPLOY, models.ENDPOINT, models.SMOKE_TEST),
    "deploy_batch_model": (batch.SCRIPT, batch.ANSWERS, f"{batch.JOB} stream"),
    "deploy_web_app": (web_app.SCRIPT, web_app.ANSWERS, web_app.SMOKE_TEST),
    "promote_model": (models.PROMOTE, {"az ml model show --name model --version 3 --output tsv": [3]},
                      "az ml model download"),
}
WAY_BACK = {  # by script: what fails of its way back
    "deploy_model": {"az ml online-deployment delete": [7]}, "deploy_web_app": {"az webapp stop": ["on the way", 7]},
    "deploy_batch_model": {"az ml batch-deployment delete": [7]}}


@pytest.fixture
def left(run, tmp_path):
    def left(name, answers):
        """What is left in the temporary folder, and the exit code."""
        folder = tmp_path / "temporary"
        folder.mkdir()
        script, usual, _ = LAST[name]
        done = run(script, usual | answers, TMPDIR=str(folder), COMPUTE="cpu-cluster")
        assert any(LAST[name][2] in call for call in done.calls), done.output
        return list(folder.iterdir()), done.exit_code
    return left


def test_every_script_that_makes_a_folder_is_among_them():
    makes = re.compile(r"mktemp|going_back\.sh$", re.MULTILINE)
    assert {path.stem for path in SCRIPTS if makes.search(path.read_text("utf-8"))} == {*LAST, "going_back"}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_script_stops_at_its_first_failure(path):
    code = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert (code[0] == "set -euo pipefail") == (path.stem != "going_back"), "what sources that has said it"


@pytest.mark.parametrize("name", LAST)
@pytest.mark.parametrize("end", ["nothing", 1, {"signal": signal.SIGTERM}], ids=["success", "failure", "signal"])
def test_no_folder_is_left(left, name, end):
    folders, exit_code = left(name, {LAST[name][2]: [end]})
    assert (folders, exit_code == 0) == ([], end == "nothing")


@pytest.mark.parametrize("name", WAY_BACK)
def test_no_folder_is_left_where_the_way_back_fails_and_that_is_told(left, name):
    assert left(name, {LAST[name][2]: [1]} | WAY_BACK[name]) == ([], 7)
