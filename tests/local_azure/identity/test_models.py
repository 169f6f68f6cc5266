import jwt
import pytest

from local_azure.identity.models import (
    SYSTEM_ASSIGNED_CLIENT_ID, TENANT_ID, Application, TokenIssuer, UnknownApplicationError, WrongHeaderError,
    WrongSecretError, bearer_token)

AUDIENCE = "https://management.core.windows.net/"
ISSUED_AT = 1_700_000_000


@pytest.fixture
def issuer() -> TokenIssuer:
    return TokenIssuer("the-header", clock=lambda: ISSUED_AT + 0.9, applications=[Application("t1", "app", "secret")])


def claims_of(token):
    return jwt.decode(token.value, options={"verify_signature": False})


def test_managed_identity_token_names_audience_tenant_and_expiry(issuer):
    token = issuer.token_for_managed_identity("the-header", AUDIENCE)
    claims = claims_of(token)
    assert (claims["aud"], claims["tid"], claims["appid"]) == (AUDIENCE, TENANT_ID, SYSTEM_ASSIGNED_CLIENT_ID)
    assert claims["exp"] == token.expires_on == ISSUED_AT + 24 * 3600


def test_user_assigned_identity_is_named_by_its_client_id(issuer):
    token = issuer.token_for_managed_identity("the-header", AUDIENCE, "user-assigned")
    assert token.client_id == claims_of(token)["appid"] == "user-assigned"


@pytest.mark.parametrize("header", [None, "", "another"])
def test_managed_identity_needs_the_header(issuer, header):
    with pytest.raises(WrongHeaderError):
        issuer.token_for_managed_identity(header, AUDIENCE)


def test_application_token_is_for_the_resource_of_its_scope(issuer):
    token = issuer.token_for_application("t1", "app", "secret", f"{AUDIENCE}/.default")
    assert token.resource == claims_of(token)["aud"] == AUDIENCE
    assert claims_of(token)["tid"] == "t1"


def test_application_needs_its_secret(issuer):
    with pytest.raises(WrongSecretError):
        issuer.token_for_application("t1", "app", "guess", AUDIENCE)


@pytest.mark.parametrize(("tenant_id", "client_id"), [("t2", "app"), ("t1", "other")])
def test_application_is_known_in_its_tenant_only(issuer, tenant_id, client_id):
    with pytest.raises(UnknownApplicationError):
        issuer.token_for_application(tenant_id, client_id, "secret", AUDIENCE)


def test_token_is_valid_for_its_resource_at_its_issuer():
    issuer, other = TokenIssuer("the-header"), TokenIssuer("the-header")
    token = issuer.token_for_managed_identity("the-header", AUDIENCE).value
    assert issuer.is_valid(token, AUDIENCE.rstrip("/"))
    assert not other.is_valid(token, AUDIENCE.rstrip("/"))
    assert not issuer.is_valid(token, "https://vault.azure.net")
    assert not issuer.is_valid("", AUDIENCE)


def test_token_is_valid_until_it_expires(issuer):
    token = issuer.token_for_managed_identity("the-header", AUDIENCE).value
    assert not issuer.is_valid(token, AUDIENCE.rstrip("/"))  # this issuer lives years ago


@pytest.mark.parametrize(("authorization", "token"), [
    ("Bearer abc", "abc"), ("bearer abc", "abc"), ("Bearer ", None), ("Basic abc", None), ("", None), (None, None)])
def test_bearer_token_of_a_header(authorization, token):
    assert bearer_token(authorization) == token
