"""ShellCheck has nothing against the scripts, and finds what is wrong."""
import pytest

from tests.devops_pipelines import shell_scripts
from tests.devops_pipelines.shell_scripts import Script

PROGRAMS = shell_scripts.programs()


@pytest.mark.parametrize("script", PROGRAMS, ids=lambda script: script.origin)
def test_shellcheck_finds_nothing(script):
    assert shell_scripts.shellcheck(script) == []


def test_every_kind_of_script_is_among_them():
    origins = {script.origin for script in PROGRAMS}
    assert {".ci/run", "azure.yaml: postdeploy", "ci.yml: Build", "cd.yml: Smoke test", "iac-create-environment.yml: "
            "az deployment group what-if", "devops_pipelines/remove_environment.sh"} <= origins
    assert len(PROGRAMS) > 10


def test_a_mistake_is_found_with_its_place(capsys):
    mistake = Script("here", "bash", "set -eu\nrm -r $1\n")
    assert shell_scripts.main([PROGRAMS[0], mistake]) == 1
    assert capsys.readouterr().out.startswith("here, line 2:7: note: Double quote")


def test_macros_of_azure_pipelines_are_no_commands():
    assert not any("$(BASE_NAME)" in script.text or "$(Build." in script.text for script in PROGRAMS)
