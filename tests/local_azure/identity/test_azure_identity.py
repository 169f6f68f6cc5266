"""The real azure-identity against the identity service."""
import time

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential, CredentialUnavailableError, ManagedIdentityCredential

SCOPE = "https://management.core.windows.net//.default"


@pytest.fixture
def managed_identity(identity_service, monkeypatch):
    """Gives the credential of an app that was handed this identity header."""
    def create(header: str) -> ManagedIdentityCredential:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{identity_service.url}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", header)
        return ManagedIdentityCredential(connection_verify=str(identity_service.certificate_authority))
    return create


@pytest.fixture
def service_principal(identity_service, application):
    """Gives the credential of the registered application with this secret."""
    def create(secret: str) -> ClientSecretCredential:
        return ClientSecretCredential(
            application.tenant_id, application.client_id, secret, authority=identity_service.url,
            disable_instance_discovery=True, connection_verify=str(identity_service.certificate_authority))
    return create


def test_managed_identity_gets_a_token_for_a_day(managed_identity):
    token = managed_identity("the-header").get_token(SCOPE)
    assert token.expires_on - time.time() == pytest.approx(24 * 3600, abs=60)


def test_managed_identity_without_the_header_is_told_why(managed_identity):
    with pytest.raises(CredentialUnavailableError, match="401, The header X-IDENTITY-HEADER"):
        managed_identity("another").get_token(SCOPE)


def test_service_principal_gets_a_token_for_an_hour(service_principal, application):
    token = service_principal(application.secret).get_token(SCOPE)
    assert token.expires_on - time.time() == pytest.approx(3600, abs=60)


def test_service_principal_with_a_wrong_secret_is_told_so(service_principal):
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215: Invalid client secret"):
        service_principal("guess").get_token(SCOPE)
