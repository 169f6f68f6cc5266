"""The host as a process: its ready line, its settings, its logs and its end."""
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import trustme

from local_azure.functions_host.__main__ import StartError, read_local_settings
from tests.dispositions import with_signals

REPOSITORY = Path(__file__).parents[3]
SOURCE = """
import logging, os
print("imported")

@app.event_grid_trigger(arg_name="event")
def Report(event: str):
    print("printed")
    logging.info("%s %s", os.environ["FROM_FILE"], os.environ["FROM_BOTH"])
    raise ValueError("broken")
"""


@pytest.fixture
def folder(write_app):
    folder = write_app(SOURCE)
    settings = {"IsEncrypted": False, "Values": {"FROM_FILE": "file", "FROM_BOTH": "file"}}
    (folder / "local.settings.json").write_text(json.dumps(settings))
    return folder


@contextmanager
def running(folder, *arguments):
    process = subprocess.Popen(
        with_signals(sys.executable, "-m", "local_azure.functions_host", folder, "--master-key", "k",
                     *arguments),
        cwd=REPOSITORY, env={**os.environ, "FROM_BOTH": "environment"}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_the_host_serves_https_and_ends_cleanly(folder):
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    files = ("--certificate", folder / "cert.pem", "--certificate-key", folder / "key.pem")
    with running(folder, *files) as process:
        url = json.loads(process.stdout.readline())["url"]
        assert url.startswith("https://127.0.0.1:")
        response = httpx.post(
            f"{url}/runtime/webhooks/EventGrid?functionName=Report&code=k", content="[{}]",
            headers={"aeg-event-type": "Notification"}, trust_env=False,
            verify=ssl.create_default_context(cafile=folder / "ca.pem"))
        process.send_signal(signal.SIGTERM)
        stdout, stderr = process.communicate(timeout=60)
    assert (response.status_code, process.returncode, stdout) == (500, 0, "")
    assert "imported" in stderr and "printed" in stderr
    assert "INFO [Report] file environment" in stderr
    assert "ERROR [Report] failed" in stderr and "ValueError: broken" in stderr


def test_the_host_ends_cleanly_on_an_interrupt(folder):
    with running(folder) as process:
        assert json.loads(process.stdout.readline())["url"].startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_the_host_ends_with_the_process_that_started_it(folder):
    with running(folder, "--until-stdin-ends") as process:
        assert process.stdout.readline()
        process.stdin.close()  # as the system does for a process that is gone
        assert process.wait(timeout=60) == 0
        process.stdin = None


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_a_host_that_waits_for_the_end_of_its_input_ends_cleanly_before_that(folder, signal_number):
    with running(folder, "--until-stdin-ends") as process:
        assert process.stdout.readline()
        process.send_signal(signal_number)
        assert process.wait(timeout=60) == 0  # its input is still open
        assert "Fatal Python error" not in process.stderr.read()


def test_the_host_reads_no_local_settings_where_it_must_not(folder):
    with running(folder, "--ignore-local-settings") as process:
        url = json.loads(process.stdout.readline())["url"]
        httpx.post(f"{url}/runtime/webhooks/EventGrid?functionName=Report&code=k", content="[{}]", trust_env=False,
                   headers={"aeg-event-type": "Notification"})
        process.terminate()
        _, stderr = process.communicate(timeout=60)
    assert "KeyError: 'FROM_FILE'" in stderr


def test_the_host_needs_a_key(folder):
    result = subprocess.run([sys.executable, "-m", "local_azure.functions_host", folder], cwd=REPOSITORY,
                            capture_output=True, text=True)
    assert result.returncode == 2 and "FUNCTIONS_MASTER_KEY" in result.stderr


def start_in_vain(folder, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "local_azure.functions_host", folder, "--master-key", "k", *arguments], cwd=REPOSITORY,
        capture_output=True, text=True, timeout=60, env={**os.environ, **environment})


@pytest.mark.parametrize("settings, problem", [
    ("{", "is no JSON object with Values: mend it"), ("[]", "is no JSON object with Values: mend it"),
    ('{"Values": null}', "is no JSON object with Values: mend it"),
    ('{"Values": {"A": 1}}', "the value of A is no text: put it into quotes")])
def test_settings_that_cannot_be_read_are_told(tmp_path, settings, problem):
    (tmp_path / "local.settings.json").write_text(settings)
    with pytest.raises(StartError, match=problem):
        read_local_settings(tmp_path)


def test_a_host_that_cannot_start_says_why_in_one_line(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        in_use = start_in_vain(folder, "--port", port)
    (folder / "local.settings.json").write_text("{}")
    settings = start_in_vain(folder)
    (folder / "local.settings.json").unlink()
    threads = start_in_vain(folder, PYTHON_THREADPOOL_THREAD_COUNT="many")
    certificate = start_in_vain(folder, "--certificate", "nowhere.pem")
    assert {ended.returncode for ended in (in_use, settings, threads, certificate)} == {2}
    assert settings.stderr.count("\n") == 1 and "local.settings.json is no JSON object" in settings.stderr
    assert f"port {port} cannot be had (Address already in use): choose another --port" in in_use.stderr
    assert "PYTHON_THREADPOOL_THREAD_COUNT is 'many': put a number" in threads.stderr
    assert "the certificate nowhere.pem cannot be used (No such file or directory): name" in certificate.stderr
    assert not any("Traceback" in ended.stderr for ended in (in_use, settings, threads, certificate))


@pytest.mark.parametrize("arguments, problem", [
    (("--port", "65536"), "'65536' is no port from 0 to 65535"), (("--port", "-1"), "'-1' is no port"),
    ((), "nowhere has no function_app.py: name the folder")])
def test_what_the_host_is_not_started_with_is_named(arguments, problem):
    ended = start_in_vain("nowhere", *arguments)
    assert ended.returncode == 2 and problem in ended.stderr


def test_an_app_that_cannot_be_loaded_is_served_without_functions_and_the_reason_is_told(write_app):
    with running(write_app("app = None")) as process:
        ready = json.loads(process.stdout.readline())
        assert httpx.get(f"{ready['url']}/admin/host/ping", trust_env=False).status_code == 200
        process.terminate()
        _, stderr = process.communicate(timeout=60)
    assert "must hold one function app" in ready["problem"]
    assert "no function is loaded" in stderr


def test_a_function_that_takes_too_long_is_ended_with_its_worker(write_app):
    folder = write_app("""
import threading

@app.event_grid_trigger(arg_name="event")
def Hang(event: str):
    if "hang" in event:
        threading.Event().wait()
""")
    (folder / "host.json").write_text('{"version": "2.0", "functionTimeout": "00:00:00.2"}')
    with running(folder) as process:
        url = json.loads(process.stdout.readline())["url"]
        webhook = f"{url}/runtime/webhooks/EventGrid?functionName=Hang&code=k"
        headers = {"aeg-event-type": "Notification"}
        answer = httpx.post(webhook, content='{"hang": 1}', headers=headers, trust_env=False)
        assert answer.text == "Timeout value of 00:00:00.2 was exceeded by function: Functions.Hang"
        assert json.loads(process.stdout.readline())["url"] == url
        assert httpx.post(webhook, content="{}", headers=headers, trust_env=False).status_code == 202
        process.terminate()
        process.communicate(timeout=60)


def test_a_function_that_runs_when_the_host_is_stopped_ends_and_its_answer_is_sent(write_app, tmp_path):
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    folder = write_app(f"""
@app.event_grid_trigger(arg_name="event")
def Wait(event: str):
    print("it runs")
    open({str(gate)!r}).read()
""")
    with running(folder) as process, ThreadPoolExecutor(1) as threads:
        url = json.loads(process.stdout.readline())["url"]
        answer = threads.submit(
            httpx.post, f"{url}/runtime/webhooks/EventGrid?functionName=Wait&code=k", content="{}", trust_env=False,
            headers={"aeg-event-type": "Notification", "Connection": "close"}, timeout=60)
        assert any("it runs" in line for line in process.stderr)
        process.send_signal(signal.SIGTERM)
        gate.write_text("go on")
        assert answer.result().status_code == 202
        process.communicate(timeout=60)
    assert process.returncode == 0
