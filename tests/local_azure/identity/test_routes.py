import time

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from local_azure.identity.routes import routes


@pytest.fixture
def client(issuer) -> TestClient:
    return TestClient(Starlette(routes=routes(issuer)), base_url="https://127.0.0.1:8443")


def ask_for_token(client, header="the-header", **query):
    return client.get("/msi/token", params={"api-version": "2019-08-01", **query},
                      headers={"X-IDENTITY-HEADER": header})


def post_secret(client, application, secret):
    return client.post(f"/{application.tenant_id}/oauth2/v2.0/token", data={
        "grant_type": "client_credentials", "client_id": application.client_id, "client_secret": secret,
        "scope": "https://management.azure.com/.default"})


def test_app_service_answers_with_a_token(client):
    answer = ask_for_token(client, resource="https://management.azure.com/", client_id="user-assigned")
    body = answer.json()
    assert answer.status_code == 200
    assert body.pop("access_token").count(".") == 2
    assert int(body.pop("expires_on")) > time.time()
    assert body == {
        "resource": "https://management.azure.com/", "token_type": "Bearer", "client_id": "user-assigned"}


def test_app_service_refuses_a_wrong_header(client):
    answer = ask_for_token(client, header="another", resource="https://management.azure.com/")
    assert answer.status_code == answer.json()["statusCode"] == 401


def test_app_service_refuses_a_request_without_resource(client):
    answer = ask_for_token(client)
    assert answer.status_code == answer.json()["statusCode"] == 400


def test_tenant_describes_its_endpoints_under_the_url_that_was_asked(client):
    body = client.get("/some-tenant/v2.0/.well-known/openid-configuration").json()
    assert body["token_endpoint"] == "https://127.0.0.1:8443/some-tenant/oauth2/v2.0/token"


def test_entra_answers_the_right_secret_with_a_token(client, application):
    body = post_secret(client, application, application.secret).json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3599)


def test_entra_refuses_a_wrong_secret(client, application):
    answer = post_secret(client, application, "guess")
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"
    assert answer.json()["error_codes"] == [7000215]
    assert answer.json()["error_description"].startswith("AADSTS7000215: Invalid client secret provided.")


def test_entra_does_not_know_an_unregistered_application(client):
    answer = client.post("/some-tenant/oauth2/v2.0/token", data={"client_id": "nobody", "client_secret": "s"})
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")
