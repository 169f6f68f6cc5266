"""The throw-away certificate authority."""
import ssl
import stat

import pytest

from local_azure.certificates import Certificates, trust


@pytest.fixture
def certificates(tmp_path):
    return Certificates.create(tmp_path)


def shake_hands(certificates, context, host="127.0.0.1"):
    """A TLS handshake in memory, between a server with the certificates and a client with the context."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(certificates.server, certificates.server_key)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(to_client, to_server, server_hostname=host)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            pass
    return client.getpeercert()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_server_is_trusted_by_who_trusts_the_authority(certificates, host):
    assert shake_hands(certificates, trust(certificates.authority), host)


def test_the_server_is_not_trusted_as_another_host(certificates):
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        shake_hands(certificates, trust(certificates.authority), "example.org")


def test_an_unrelated_authority_does_not_lead_to_trust(certificates, tmp_path):
    (tmp_path / "other").mkdir()
    other = Certificates.create(tmp_path / "other")
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(certificates, trust(other.authority))


def test_the_machines_own_authorities_do_not_lead_to_trust(certificates):
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(certificates, ssl.create_default_context())


def test_only_the_owner_reads_the_key(certificates):
    assert stat.S_IMODE(certificates.server_key.stat().st_mode) == 0o600


def test_certificates_take_the_place_of_earlier_ones(certificates, tmp_path):
    earlier = certificates.authority.read_text()
    again = Certificates.create(tmp_path)
    assert again == certificates and again.authority.read_text() != earlier
    assert shake_hands(again, trust(again.authority))


def test_an_authority_that_is_gone_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        trust(tmp_path / "ca.pem")
