"""A namespace with one queue, served over HTTPS on a port of its own."""
from queue import SimpleQueue

from starlette.applications import Starlette

from local_azure.service_bus.authorization import Authorization, shared_access_signature
from local_azure.service_bus.models import Namespace
from local_azure.service_bus.routes import routes
from local_azure.serving import ServerThread, open_socket, url_of

KEY_NAME, KEY, ENTRA_TOKEN = "RootManageSharedAccessKey", "the-key=", "the-token"


class ServedNamespace:
    """A context manager. Without `is_valid` one token is good. `answers` tells each request's method, the last part of
    its path, and the status."""

    def __init__(self, certificates, clock, queue, *, port=0, is_valid=ENTRA_TOKEN.__eq__):
        self.clock, self._certificates, self._is_valid = clock, certificates, is_valid
        self._name, self._namespace = queue.name, Namespace([queue], clock)
        self._opened = open_socket("service_bus", port)
        self.url, self.answers = url_of(self._opened), SimpleQueue()

    def __enter__(self):
        self._servers = ServerThread(self._certificates)
        authorization = Authorization({KEY_NAME: KEY}, self._is_valid, self.clock)
        application = Starlette(routes=routes(self._namespace, authorization))

        async def noting(scope, receive, send):
            async def note(message):
                if "status" in message:
                    self.answers.put((scope["method"], scope["path"].rpartition("/")[2], message["status"]))
                await send(message)

            await application(scope, receive, note)

        self._servers.serve({self._opened: noting})
        return self

    def __exit__(self, *_):
        self._servers.close()

    @property
    def queue(self):
        return self._namespace.find(self._name)

    @property
    def connection_string(self):
        return (f"Endpoint={self.url.replace('https', 'sb')}/;SharedAccessKeyName={KEY_NAME};SharedAccessKey={KEY}")

    def signature(self, path="", key_name=KEY_NAME, key=KEY, seconds=3600):
        """The header of a caller that has a key, for this long."""
        return shared_access_signature(
            f"{self.url}{path}", key_name, key, int(self.clock.now().timestamp()) + seconds)
