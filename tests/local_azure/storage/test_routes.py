"""Blobs over HTTP: only with a signature, whole and in parts, in blocks and by appending."""
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from local_azure.storage.models import BlobNotFoundError, BlobStore
from local_azure.storage.routes import routes


@pytest.fixture
def store(tmp_path):
    return BlobStore(tmp_path, "https://127.0.0.1:8443")


@pytest.fixture
def client(store):
    return TestClient(Starlette(routes=routes(store)), base_url="https://127.0.0.1:8443")


@pytest.fixture
def url(store):
    parts = urlsplit(store.signed_url("dcid.run", "outputs/a b.txt"))
    return f"{parts.path}?{parts.query}"


def test_the_url_survives_the_way_in_which_the_sdk_rebuilds_it(store):
    assert store.signed_url("c", "n").startswith("https://local.blob.store@127.0.0.1:8443/c/n?sv=")


def test_a_blob_is_read_as_it_was_written(client, url):
    assert client.get(url).status_code == 404
    assert client.put(url, content=b"content").status_code == 201
    answer = client.get(url)
    assert (answer.status_code, answer.content, answer.headers["x-ms-blob-type"]) == (200, b"content", "BlockBlob")
    assert client.head(url).headers["Content-Length"] == "7"


@pytest.mark.parametrize(("asked", "status", "content"), [
    ("bytes=0-2", 206, b"con"), ("bytes=4-", 206, b"ent"), ("bytes=4-99", 206, b"ent"), ("bytes=7-9", 416, b"")])
def test_a_part_of_a_blob(client, url, asked, status, content):
    client.put(url, content=b"content")
    answer = client.get(url, headers={"x-ms-range": asked})
    assert (answer.status_code, answer.content) == (status, content)
    if status == 206:
        assert answer.headers["Content-Range"].endswith("/7")


def test_a_url_of_a_container_opens_its_blobs_and_no_others(client, store):
    place, _, signature = store.signed_container_url("code-1").removeprefix("https://127.0.0.1:8443").partition("?")
    assert client.put(f"{place}/src/score.py?{signature}", content=b"code").status_code == 201
    assert client.get(f"/code-2/src/score.py?{signature}").status_code == 403
    assert client.get(f"{place}/src/score.py?{signature.replace('sr=c', 'sr=b')}").status_code == 403
    assert store.names("code-1") == ["src/score.py"] and store.names("code-2") == []


def test_a_blob_of_blocks(client, url):
    for block_id, content in (("b", b"second"), ("a", b"first ")):
        assert client.put(f"{url}&comp=block&blockid={block_id}", content=content).status_code == 201
    assert client.get(url).status_code == 404
    blocks = b"<BlockList><Latest>a</Latest><Uncommitted>b</Uncommitted></BlockList>"
    assert client.put(f"{url}&comp=blocklist", content=blocks).status_code == 201
    assert client.get(url).content == b"first second"
    assert client.put(f"{url}&comp=blocklist", content=blocks).status_code == 404  # they are used up


def test_a_blob_that_grows(client, url):
    for content in (b"one ", b"two"):
        assert client.put(f"{url}&comp=appendblock", content=content).status_code == 201
    assert client.get(url).content == b"one two"


@pytest.mark.parametrize("wrong", ["sig=no", "", "sig=ü"])
def test_nothing_without_the_signature_of_that_blob(client, url, store, wrong):
    path = urlsplit(url).path
    other = urlsplit(store.signed_url("dcid.run", "outputs/other.txt")).query
    for query in (wrong, other):
        assert client.get(f"{path}?{query}").status_code == 403
        assert client.put(f"{path}?{query}", content=b"no").status_code == 403


@pytest.mark.parametrize(("container", "name"), [("c", "../x"), ("c", "/x"), ("c", "a/../../x"), ("..", "x"), ("c", ""),
                                                 ("c/d", "x")])
def test_no_name_leads_out_of_its_container(store, container, name):
    with pytest.raises(BlobNotFoundError):
        store.write(container, name, b"")
