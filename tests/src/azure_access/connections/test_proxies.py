"""Proxies as the environment names them."""
import traceback
from base64 import b64encode

import pytest

from azure_access.connections.addresses import parse_address
from azure_access.connections.proxies import find_proxy

HOST = parse_address("https://example.com")


@pytest.mark.parametrize("named,url,authorization", [
    ("http://a.example:3128", "http://a.example:3128", None), ("http://a.example", "http://a.example", None),
    ("a.example:3128", "http://a.example:3128", None), ("//a.example:3128", "http://a.example:3128", None),
    ("HTTPS://a.example/", "https://a.example", None), ("http://[::1]:3128", "http://[::1]:3128", None),
    ("http://b:c@a.example:3128", "http://a.example:3128", b"b:c"),
    ("b:c@a.example:3128", "http://a.example:3128", b"b:c"),
    ("http://b%40d:c%3a%2f%C3%A9@a.example", "http://a.example", "b@d:c:/\u00e9".encode()),
    ("http://b:%e9@a.example", "http://a.example", b"b:\xe9"), ("http://b@a.example", "http://a.example", b"b:"),
    ("http://b:c@d@a.example", "http://a.example", b"b:c@d")])
def test_who_asks_a_proxy_is_told_apart_from_where_it_is(named, url, authorization):
    found = find_proxy(HOST, {"https": named})
    assert found.address.url == url
    assert found.authorization == (authorization and f"Basic {b64encode(authorization).decode()}")


@pytest.mark.parametrize("proxies", [{}, {"http": "http://a.example"}, {"https": ""}])
def test_a_host_that_no_proxy_is_named_for_is_asked_directly(proxies):
    assert find_proxy(HOST, proxies) is None


@pytest.mark.parametrize("named,told", [
    ("socks5://someone:s3cret@127.0.0.1:9", "is one of SOCKS"), ("socks5h://127.0.0.1:9", "is one of SOCKS"),
    ("SOCKS4://127.0.0.1:9", "is one of SOCKS"), ("ftp://127.0.0.1:9", "has no address"),
    ("http://someone:s3cret@127.0.0.1:no", "has no address"), ("http://", "has no address"),
    ("http://someone:s3cret/@127.0.0.1:9", "has no address"), ("http://someone:s3cret@[::1", "has no address"),
    ("http://someone:20/s3cret@127.0.0.1:9", "has no address"), ("http://a:20#s3cret@127.0.0.1", "has no address"),
    ("http://someone:20?s3cret@127.0.0.1:9", "has no address")])
def test_a_proxy_that_cannot_be_asked_is_an_error_with_its_cure(named, told):
    with pytest.raises(ConnectionError, match=f"{told}.*at HTTPS_PROXY, .*http://host:port") as caught:
        find_proxy(HOST, {"https": named})
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))
