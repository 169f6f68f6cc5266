"""The file of variables is a shell's, whatever is in the values, and its owner's alone."""
import stat
import subprocess

from local_azure.environment_file import remove, save


def test_a_shell_reads_the_variables(tmp_path):
    file = save(tmp_path, {"FIRST": "it's $HOME; `echo`", "SECOND": ""})
    script = f". {file} && env | grep -E '^(FIRST|SECOND)='"
    said = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True, env={}).stdout
    assert sorted(said.splitlines()) == ["FIRST=it's $HOME; `echo`", "SECOND="]


def test_it_is_readable_by_its_owner_alone_and_goes(tmp_path):
    file = save(tmp_path, {"SECRET": "a"})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    remove(tmp_path)
    remove(tmp_path)
    assert not file.exists()
