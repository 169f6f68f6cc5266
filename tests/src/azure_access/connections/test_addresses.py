"""How what is asked is written."""
import pytest

from azure_access.connections.addresses import parse_address


@pytest.mark.parametrize("origin,name,port,host,certified", [
    ("https://A.example", "a.example", 443, "a.example", "a.example"),
    ("https://a.example:443", "a.example", 443, "a.example", "a.example"),
    ("https://a.example:8443", "a.example", 8443, "a.example:8443", "a.example"),
    ("http://a.example:443", "a.example", 443, "a.example:443", "a.example"),
    ("https://a.example.", "a.example.", 443, "a.example.", "a.example"),
    ("https://b\u00fccher.example", "xn--bcher-kva.example", 443, "xn--bcher-kva.example", "xn--bcher-kva.example"),
    ("https://fa\u00df.example", "xn--fa-hia.example", 443, "xn--fa-hia.example", "xn--fa-hia.example"),
    ("http://127.0.0.1", "127.0.0.1", 80, "127.0.0.1", "127.0.0.1"),
    ("https://[::1]:8443", "::1", 8443, "[::1]:8443", "::1"),
    ("https://[fe80::1%eth0]", "fe80::1%eth0", 443, "[fe80::1%eth0]", "fe80::1"),
    ("https://someone:secret@a.example", "a.example", 443, "a.example", "a.example"),
])
def test_an_address_is_told_as_others_know_it(origin, name, port, host, certified):
    found = parse_address(origin)
    assert (found.name, found.port, found.host, found.certified_name) == (name, port, host, certified)
    assert found.url == f"{found.scheme}://{host}" and parse_address(found.url) == found
