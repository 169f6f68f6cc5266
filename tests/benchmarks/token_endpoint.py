"""App Service's endpoint for the tokens of managed identities: plain HTTP on loopback, as in Azure.

It knows the older way of asking too, since azureml-core's MsiAuthentication knows no other, which the naive subject
uses: `api-version=2017-09-01` and the header `secret` ("How to use managed identities for App Service and Azure
Functions", REST endpoint reference of that version).
"""
import asyncio
import secrets
import socket
import threading
from datetime import UTC, datetime

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local_azure.control.middleware import ControlledService
from local_azure.control.models import Traffic
from local_azure.identity.models import TokenIssuer, WrongHeaderError
from local_azure.identity.routes import TOKEN_PATH, app_service_route

_OLDER_PATH = "/MSI/token"


class TokenEndpoint:
    """A context manager; inside it the endpoint answers. Its requests are counted and slowed down like all others."""

    def __init__(self, traffic: Traffic):
        self._secret = secrets.token_hex(24)
        self._issuer = TokenIssuer(self._secret)
        routes = [Route(f"{_OLDER_PATH}/", self._respond), app_service_route(self._issuer)]
        application = ControlledService("identity", routes, traffic)
        self._server = uvicorn.Server(uvicorn.Config(
            application, http="h11", log_level="critical", lifespan="off"))

    def __enter__(self) -> "TokenEndpoint":
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._server.serve([self._socket])), name="token-endpoint", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def environment(self) -> dict[str, str]:
        """What App Service sets, for azure-identity and for MsiAuthentication."""
        url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        return {"APPSETTING_WEBSITE_SITE_NAME": "benchmark",
                "IDENTITY_ENDPOINT": url + TOKEN_PATH, "IDENTITY_HEADER": self._secret,
                "MSI_ENDPOINT": url + _OLDER_PATH, "MSI_SECRET": self._secret}

    async def _respond(self, request: Request) -> JSONResponse:
        try:
            token = self._issuer.token_for_managed_identity(
                request.headers.get("secret"), request.query_params.get("resource", ""))
        except WrongHeaderError:
            return JSONResponse({"statusCode": 401, "message": "The header secret is missing or wrong."}, 401)
        expires_on = datetime.fromtimestamp(token.expires_on, UTC)
        return JSONResponse({
            "access_token": token.value, "expires_on": f"{expires_on:%m/%d/%Y %H:%M:%S} +00:00",
            "resource": token.resource, "token_type": "Bearer", "client_id": token.client_id})
