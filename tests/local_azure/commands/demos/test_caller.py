"""What a demo says where a service of the local Azure has gone."""
import socket

import pytest

from local_azure.commands.demos.caller import calling, client_of
from local_azure.commands.failure import CommandError


@pytest.fixture
def gone():
    """The address of a server that has stopped."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    return f"https://127.0.0.1:{port}"


def test_a_service_that_has_gone_is_told(certificates, gone):
    authority = str(certificates.authority)
    with pytest.raises(CommandError, match="does not answer .ConnectError."), client_of(authority) as client:
        client.get(gone)
    environment = {"SSL_CERT_FILE": authority, "IDENTITY_ENDPOINT": gone, "IDENTITY_HEADER": "h",
                   "SUBSCRIPTION_ID": "s", "RESOURCE_GROUP": "g", "WORKSPACE_NAME": "w"}
    with pytest.raises(CommandError, match="GET /: no answer .ConnectError."), calling(environment) as caller:
        caller.ask("GET", f"{gone}/a")
