"""How a functions host is started: the one of this repository, or any other that its command names.

A command may name {app}, the folder of the function app, in which it is started; {port}, on which it has to listen; and
{certificate} and {certificate_key}, PEM files. One that names the certificate is spoken to over HTTPS.
"""
import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from local_azure.certificates import Certificates

APP = Path(__file__).parents[2] / "src"
_CERTIFICATE = "{certificate}"
# Core Tools keep what they have downloaded at home, which is another one for the function.
_BUNDLES = Path(".azure-functions-core-tools", "Functions", "ExtensionBundles",
                "Microsoft.Azure.Functions.ExtensionBundle")


@dataclass(frozen=True, slots=True)
class HostCommand:
    """The words of a command, and the environment that it needs beside that of the functions."""

    words: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "HostCommand":
        """As a shell would take it apart. Raises ValueError where nothing could be started, or spoken to, that way."""
        words = tuple(shlex.split(text))
        if not any("{port}" in word for word in words[1:]):
            raise ValueError("it does not say {port}, where the host has to listen: func start --port {port}")
        return cls(words, {"FUNCTIONS_WORKER_RUNTIME": "python",
                           "AzureFunctionsJobHost__extensionBundle__downloadPath": str(Path.home() / _BUNDLES)})

    @property
    def scheme(self) -> str:
        return "https" if any(_CERTIFICATE in word for word in self.words) else "http"

    def fill(self, port: int, certificates: Certificates) -> list[str]:
        values = {"{app}": str(APP), "{port}": str(port), _CERTIFICATE: str(certificates.server),
                  "{certificate_key}": str(certificates.server_key)}
        return [_replace(word, values) for word in self.words]


OWN = HostCommand(
    (sys.executable, "-m", "local_azure.functions_host", "{app}", "--port", "{port}",
     "--certificate", _CERTIFICATE, "--certificate-key", "{certificate_key}",
     "--ignore-local-settings",  # they are for another Azure than this one
     "--until-stdin-ends"),  # so that it does not outlive this process, however that ends
    {"PYTHONPATH": str(APP.parent)})


def path_with_python() -> str:
    """The PATH on which this Python is the first, as in a virtual environment that was activated."""
    return os.pathsep.join(filter(None, [str(Path(sys.executable).parent), os.environ.get("PATH")]))


def _replace(word: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        word = word.replace(name, value)
    return word
