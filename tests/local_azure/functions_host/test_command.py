"""The command of a functions host: taken apart, filled in, refused."""
from pathlib import Path

import pytest

from local_azure.certificates import Certificates
from local_azure.functions_host.command import APP, OWN, HostCommand

CERTIFICATES = Certificates(Path("/ca.pem"), Path("/server.pem"), Path("/server.key"))


def test_the_words_are_those_of_a_shell_with_the_values_in_them():
    command = HostCommand.parse("func start --port {port} --script-root '{app}/.' --braces {}")
    assert command.fill(7071, CERTIFICATES) == [
        "func", "start", "--port", "7071", "--script-root", f"{APP}/.", "--braces", "{}"]
    assert command.scheme == "http"


def test_a_host_that_is_told_of_the_certificate_speaks_https():
    command = HostCommand.parse("host --port={port} --cert {certificate} {certificate_key}")
    assert command.scheme == OWN.scheme == "https"
    assert command.fill(1, CERTIFICATES)[1:] == ["--port=1", "--cert", "/server.pem", "/server.key"]


def test_core_tools_find_what_they_have_downloaded(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    assert HostCommand.parse("func start --port {port}").environment[
        "AzureFunctionsJobHost__extensionBundle__downloadPath"].startswith("/home/me/.azure-functions-core-tools/")


@pytest.mark.parametrize("text, reason", [
    ("func start", "{port}"), ("", "{port}"), ("{port}", "{port}"),
    ("func 'start --port {port}", "No closing quotation")])
def test_a_command_that_could_not_be_spoken_to_is_refused(text, reason):
    with pytest.raises(ValueError, match=reason):
        HostCommand.parse(text)
