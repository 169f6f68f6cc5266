"""The certificate authority of one local Azure: made at its start, trusted by nobody else, thrown away with its folder.

HTTPS is not optional: Azure's SDKs refuse to send a bearer token over plain HTTP.
"""
import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True, slots=True)
class Certificates:
    """Paths of PEM files: what clients trust, and what the servers on 127.0.0.1 show."""

    authority: Path
    server: Path
    server_key: Path

    @classmethod
    def create(cls, folder: Path) -> "Certificates":
        """Writes the three files into the folder; only the owner may read the key."""
        authority = trustme.CA(organization_name="Local Azure of Pipeline Run Monitor")
        server = authority.issue_cert("127.0.0.1", "localhost")
        made = cls(folder / "ca.pem", folder / "server.pem", folder / "server.key")
        authority.cert_pem.write_to_path(str(made.authority))
        for part, append in zip(server.cert_chain_pems, (False, True)):
            part.write_to_path(str(made.server), append=append)
        made.server_key.touch(mode=0o600)
        server.private_key_pem.write_to_path(str(made.server_key))
        return made


def trust(authority: Path) -> ssl.SSLContext:
    """What a client needs to talk to servers with certificates of this authority; FileNotFoundError if it is gone."""
    return ssl.create_default_context(cafile=str(authority))
