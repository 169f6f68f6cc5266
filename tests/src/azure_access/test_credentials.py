import os
import subprocess
import sys

import pytest
from azure.identity import ClientSecretCredential, DefaultAzureCredential

from azure_access.credentials import credential
from azure_access.errors import SettingsError
from azure_access.identity_settings import IdentitySettings

PRINCIPAL = {"TENANT_ID": "t", "APP_ID": "a", "SERVICE_PRINCIPAL_PASSWORD": "p"}


def test_service_principal_where_one_is_set():
    settings = IdentitySettings.from_environment({**PRINCIPAL})
    assert isinstance(credential(settings), ClientSecretCredential)


def test_managed_identity_then_az_login_otherwise():
    chain = credential(IdentitySettings())
    assert isinstance(chain, DefaultAzureCredential)
    assert [type(part).__name__ for part in chain.credentials] == ["ManagedIdentityCredential", "AzureCliCredential"]


def test_empty_authority_is_that_of_the_public_cloud(monkeypatch):
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", "")
    settings = IdentitySettings.from_environment({**PRINCIPAL, "AZURE_AUTHORITY_HOST": ""})
    assert credential(settings)._authority == "https://login.microsoftonline.com"


@pytest.mark.parametrize("changes", [{"TENANT_ID": "bad tenant!"}, {"AZURE_AUTHORITY_HOST": "http://example.com"}])
def test_settings_that_azure_identity_refuses_are_named(changes):
    with pytest.raises(SettingsError, match="TENANT_ID, APP_ID or AZURE_AUTHORITY_HOST is wrong"):
        credential(IdentitySettings.from_environment({**PRINCIPAL, **changes}))


def test_a_command_does_not_print_what_the_error_of_a_token_says():
    """azure-identity warns in several lines, which Python prints where nothing else takes them."""
    program = """
from azure_access.credentials import credential
from azure_access.identity_settings import IdentitySettings
try:
    credential(IdentitySettings()).get_token("https://example.com/.default")
except Exception as exc:
    print(type(exc).__name__)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60,
        env={"PATH": "", "PYTHONPATH": os.pathsep.join(sys.path), "IDENTITY_HEADER": "h", "NO_PROXY": "127.0.0.1",
             "IDENTITY_ENDPOINT": "https://127.0.0.1:9"})
    assert (ended.stdout, ended.stderr) == ("ClientAuthenticationError\n", "")
