"""`python -m dashboard`: what it says, the page that it serves, and how it ends."""
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

REPOSITORY = Path(__file__).parents[2]
SECONDS = 60
RECORD = {"timestamp": "2020-03-01T12:00:00+00:00", "message": "{}", "customDimensions": {"run_id": "a"}}


def start(*arguments):
    return subprocess.Popen([sys.executable, "-m", "dashboard", *arguments], cwd=REPOSITORY, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def fail(*arguments):
    ended = subprocess.run([sys.executable, "-m", "dashboard", *arguments], cwd=REPOSITORY, text=True,
                           capture_output=True, timeout=SECONDS)
    return ended.returncode, ended.stderr


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)])
def test_a_file_is_shown_until_a_signal_comes(tmp_path, stop, code):
    file = tmp_path / "records.jsonl"
    file.write_text(json.dumps(RECORD) + "\n")
    process = start("--file", str(file))
    try:
        assert str(file) in process.stdout.readline()
        address = process.stdout.readline().strip()
        with httpx.Client(trust_env=False, follow_redirects=True) as client:
            assert "Pipeline Run Monitor" in client.get(address).text
            found = client.post(f"{address.partition('/?')[0]}/api/query", json={"query": "traces | count"})
        assert found.json()["rows"] == [[1]]
        assert process.stdout.readline() == "it answers; 1 record so far\n"
        process.send_signal(stop)
        assert process.wait(SECONDS) == code
        assert process.stderr.read() == ""
    finally:
        process.kill()
        process.communicate()


def test_a_signal_is_obeyed_while_a_query_is_under_way(tmp_path):
    """The name of a pipe: nothing can be read from it, and nobody writes into it."""
    pipe = tmp_path / "records.jsonl"
    os.mkfifo(pipe)
    process = start("--file", str(pipe))
    try:
        process.stdout.readline()
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(("arguments", "said"), [
    (["--app-id", "my-insights"], "'my-insights' is no id such as"),
    (["--app-id", "12345678-1234-1234-1234-123456789abc", "--file", "a"], "not allowed with"),
    (["--app-id", "12345678-1234-1234-1234-123456789abc", "--endpoint", "http://a"], "does not begin with https://"),
    (["--file", "a", "--query-limit", "601"], "'601' is no number of seconds from 1 to 600"),
    (["--local", "no folder"], "no local Azure is running here: start one with `make up`"),
    (["--file", "a", "--port", "99999"], "'99999' is no port from 0 to 65535"),
    (["--file", "a", "--port", "-1"], "'-1' is no port from 0 to 65535"),
])
def test_what_cannot_be_shown_is_said_in_a_line(arguments, said):
    code, error = fail(*arguments)
    assert code == 2
    assert said in error and "Traceback" not in error


def test_a_wrong_setting_of_the_identity_is_said(monkeypatch):
    monkeypatch.setenv("AZURE_CLOUD", "AzureMoon")
    code, error = fail("--app-id", "12345678-1234-1234-1234-123456789abc")
    assert (code, re.findall("AZURE_CLOUD is 'AzureMoon'", error)) == (2, ["AZURE_CLOUD is 'AzureMoon'"])


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
@pytest.mark.parametrize("text", [None, "no certificates"])
def test_certificates_that_cannot_be_read_are_told(tmp_path, monkeypatch, name, text):
    file = tmp_path / "ca.pem"
    if text:
        file.write_text(text)
    monkeypatch.setenv(name, str(file))
    code, error = fail("--app-id", "12345678-1234-1234-1234-123456789abc")
    assert (code, len(error.splitlines())) == (2, 1)
    assert f"{name} is '{file}', where no certificates can be read" in error


def test_a_file_that_is_not_there_yet_is_told_and_waited_for(tmp_path):
    process = start("--file", str(tmp_path / "later.jsonl"))
    try:
        assert "it does not answer yet: " in process.stderr.readline()
        assert process.poll() is None
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.communicate(timeout=SECONDS)
