"""`python -m redaction`, as its users call it."""
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[3] / "src"


def run(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "redaction", *arguments], cwd=SOURCE, input=text, capture_output=True,
                          encoding="utf-8")


def test_text_of_a_file_is_printed_as_it_would_be_recorded(tmp_path: Path):
    file = tmp_path / "arguments.txt"
    file.write_bytes("train.py --db-password hunter2 ä\r\n".encode())
    result = subprocess.run([sys.executable, "-m", "redaction", str(file)], cwd=SOURCE, capture_output=True)
    assert result.stdout == "train.py --db-password [redacted] ä\r\n".encode()
    assert result.returncode == 0


@pytest.mark.parametrize("text, why", [
    ("x\npassword: hunter2\n", "line 2, column 11: names: password, assigned"),
    ('{"a": {"password": "hunter2"}}', "a.password: names: password: member"),
    ('{"l": ["--api-key", "hunter2"]}', "l.1: arguments: after --api-key"),
    ("mysql -phunter2", "line 1, column 9: arguments: mysql -p"),
    ("epochs: 5", "nothing is taken out")])
def test_why(text: str, why: str):
    result = run("--why", text=text)
    assert result.stdout == f"{why}\n"
    assert "hunter2" not in result.stdout


@pytest.mark.parametrize(("name", "why"), [("nowhere.txt", "No such file or directory"), (".", "Is a directory")])
def test_file_that_cannot_be_read(name: str, why: str):
    result = run(name)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"{name} cannot be read: {why}" in result.stderr


def test_help():
    result = run("--help")
    assert result.returncode == 0
    assert "--why" in result.stdout
