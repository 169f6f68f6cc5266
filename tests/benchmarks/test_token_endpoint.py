"""App Service's token endpoint, asked in the older way and in the newer."""
from datetime import datetime

import httpx
import pytest
from azure.identity import ManagedIdentityCredential

from local_azure.control.models import Traffic
from tests.benchmarks.token_endpoint import TokenEndpoint


@pytest.fixture
def endpoint():
    traffic = Traffic()
    with TokenEndpoint(traffic) as running:
        yield running.environment(), traffic


def ask(environment, secret):
    return httpx.get(f"{environment['MSI_ENDPOINT']}/", headers={"secret": secret}, trust_env=False,
                     params={"resource": "https://management.azure.com/", "api-version": "2017-09-01"})


def test_a_token_is_told_with_the_time_until_which_it_is_good(endpoint):
    environment, traffic = endpoint
    token = ask(environment, environment["MSI_SECRET"]).json()
    assert (token["token_type"], token["resource"]) == ("Bearer", "https://management.azure.com/")
    assert datetime.strptime(token["expires_on"], "%m/%d/%Y %H:%M:%S %z") > datetime.now().astimezone()
    assert traffic.counts() == {"identity GET /MSI/token/": 1}


def test_nobody_else_gets_a_token(endpoint):
    assert ask(endpoint[0], "guessed").status_code == 401


def test_azure_identity_is_told_a_token_too(endpoint, monkeypatch):
    environment, traffic = endpoint
    for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER"):
        monkeypatch.setenv(name, environment[name])
    assert ManagedIdentityCredential().get_token("https://management.azure.com/.default").token
    assert traffic.counts() == {"identity GET /msi/token": 1}
