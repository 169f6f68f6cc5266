"""The two places where Azure code asks for a token.

App Service's endpoint for managed identities ("How to use managed identities for App Service and Azure Functions",
REST endpoint reference), and Entra ID's OpenID configuration and token endpoint ("OAuth 2.0 client credentials
flow"), which azure-identity's ClientSecretCredential uses when its authority is this server.
"""
import uuid
from datetime import UTC, datetime
from functools import partial
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local_azure.identity.models import (
    APPLICATION_LIFETIME_SECONDS, TokenIssuer, UnknownApplicationError, WrongHeaderError, WrongSecretError)

TOKEN_PATH = "/msi/token"


def routes(issuer: TokenIssuer) -> list[Route]:
    """The routes of the identity service."""
    return [
        app_service_route(issuer),
        Route("/{tenant_id}/v2.0/.well-known/openid-configuration", _describe_tenant),
        Route("/{tenant_id}/oauth2/v2.0/token", partial(_answer_entra, issuer), methods=["POST"])]


def app_service_route(issuer: TokenIssuer) -> Route:
    """The one that App Service has beside an app."""
    return Route(TOKEN_PATH, partial(_answer_app_service, issuer))


async def _answer_app_service(issuer: TokenIssuer, request: Request) -> JSONResponse:
    query = request.query_params
    if not query.get("resource"):
        return _app_service_error(400, "The query parameter 'resource' is missing.")
    try:
        token = issuer.token_for_managed_identity(
            request.headers.get("X-IDENTITY-HEADER"), query["resource"], query.get("client_id"))
    except WrongHeaderError:
        return _app_service_error(401, "The header X-IDENTITY-HEADER is missing or wrong.")
    return JSONResponse({
        "access_token": token.value, "expires_on": str(token.expires_on), "resource": token.resource,
        "token_type": "Bearer", "client_id": token.client_id})


async def _describe_tenant(request: Request) -> JSONResponse:
    tenant_url = f"{request.base_url}{request.path_params['tenant_id']}"
    return JSONResponse({
        "issuer": f"{tenant_url}/v2.0",
        "authorization_endpoint": f"{tenant_url}/oauth2/v2.0/authorize",
        "token_endpoint": f"{tenant_url}/oauth2/v2.0/token"})


async def _answer_entra(issuer: TokenIssuer, request: Request) -> JSONResponse:
    form = dict(parse_qsl((await request.body()).decode()))  # Starlette's form parser would need one more package
    tenant_id, client_id = request.path_params["tenant_id"], form.get("client_id", "")
    try:
        token = issuer.token_for_application(
            tenant_id, client_id, form.get("client_secret", ""), form.get("scope", ""))
    except UnknownApplicationError:
        return _entra_error(
            400, "unauthorized_client", 700016,
            f"Application with identifier '{client_id}' was not found in the directory '{tenant_id}'.")
    except WrongSecretError:
        return _entra_error(
            401, "invalid_client", 7000215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
            f"not the client secret ID, for a secret added to app '{client_id}'.")
    return JSONResponse({
        "access_token": token.value, "expires_in": APPLICATION_LIFETIME_SECONDS, "token_type": "Bearer"})


def _app_service_error(status_code: int, message: str) -> JSONResponse:
    return JSONResponse({"statusCode": status_code, "message": message}, status_code)


def _entra_error(status_code: int, error: str, aadsts_code: int, message: str) -> JSONResponse:
    trace_id, correlation_id = str(uuid.uuid4()), str(uuid.uuid4())
    timestamp = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ}"
    return JSONResponse({
        "error": error,
        "error_description": f"AADSTS{aadsts_code}: {message} Trace ID: {trace_id} Correlation ID: {correlation_id} "
                             f"Timestamp: {timestamp}",
        "error_codes": [aadsts_code], "timestamp": timestamp, "trace_id": trace_id, "correlation_id": correlation_id},
        status_code)
