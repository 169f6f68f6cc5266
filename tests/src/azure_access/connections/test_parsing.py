"""Answers are read from their bytes, in pieces of any size."""
import gzip
import zlib

import pytest

from azure_access.connections.errors import AnswerTooLongError
from azure_access.connections.limits import MOST_BYTES
from azure_access.connections.parsing import AnswerParser

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Name: a\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
PIECES = pytest.mark.parametrize("size", [1, 3, 1_000], ids="pieces of {}".format)


def read(data, size=1_000, closed=True, **limits):
    parser = AnswerParser(**limits)
    for start in range(0, len(data), size):
        parser.feed(data[start:start + size])
    if closed and not parser.is_complete:
        parser.feed(b"")
    return parser


@PIECES
@pytest.mark.parametrize("data,status,body,keeps_alive", [
    (OK, 200, b"ok", True),
    (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", True),
    (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, b"", True),
    (b"HTTP/1.1 503\r\nContent-Length: 0\r\n\r\n", 503, b"", True),
    (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na", 200, b"a", False),
    (b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", 200, b"a", False),
    (b"HTTP/1.1 200 OK\r\n\r\nto the end", 200, b"to the end", False),
    (CHUNKED + b"3\r\nabc\r\n1\r\nd\r\n0\r\nX-Sum: 1\r\n\r\n", 200, b"abcd", True),
    (CHUNKED + b"2  \r\nab\r\n0\r\n\r\n", 200, b"ab", True),
    (b"HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n" + OK, 200, b"ok", True),
    (b"HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n" + OK, 200, b"ok", True),
    (b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + OK, 200, b"ok", True),
], ids=["usual", "no content", "not modified", "no reason", "closing", "1.0", "no length", "chunks",
        "blanks", "continue and close", "continue",
        "hints"])
def test_an_answer_is_read_to_its_end(data, status, body, keeps_alive, size):
    parser = read(data, size)
    response = parser.response()
    assert (response.status_code, response.body, parser.keeps_alive) == (status, body, keeps_alive)
    assert not {"X-Sum", "X-Early"} & response.headers.keys()


@pytest.mark.parametrize("name", ["X-Name", "x-name", "X-NAME"])
def test_headers_are_looked_up_without_regard_to_case(name):
    assert read(OK).response().headers[name] == "a"


def test_a_header_that_is_repeated_is_a_list():
    assert read(OK.replace(b"X-Name: a", b"X-Name: a\r\nx-name: b")).response().headers["X-Name"] == "a, b"


@PIECES
@pytest.mark.parametrize("surplus", [b"more", b"HTTP/1.1 500 X\r\nContent-Length: 3\r\nX-Name: b\r\n\r\nabc"],
                         ids=["rubbish", "another answer"])
def test_what_comes_behind_an_answer_is_no_part_of_it_and_nothing_is_asked_on_its_connection(surplus, size):
    parser = read(OK + surplus, size)
    response = parser.response()
    assert (response.status_code, response.headers["X-Name"], response.body) == (200, "a", b"ok")
    assert not parser.keeps_alive


@PIECES
@pytest.mark.parametrize("data", [
    b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", OK[:-1],
    CHUNKED + b"3\r\nabc\r\n", b"SSH-2.0-OpenSSH\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
], ids=["nothing", "no end of head", "continue alone", "too short", "no last chunk", "no HTTP", "upgrade",
        "two lengths"])
def test_what_is_no_whole_answer_is_an_error(data, size):
    with pytest.raises(ConnectionError):
        read(data, size).response()


def packed(body, encoding=b"gzip"):
    return b"HTTP/1.1 200 OK\r\nContent-Encoding: %b\r\nContent-Length: %d\r\n\r\n%b" % (encoding, len(body), body)


@pytest.mark.parametrize("encoding", [b"gzip", b"GZIP", b"x-gzip"])
@pytest.mark.parametrize("surplus", [b"", bytes(8), b"more"])
def test_a_packed_body_is_unpacked(encoding, surplus):
    body = gzip.compress(b"abc") + gzip.compress(b"def") + surplus
    assert read(packed(body, encoding)).response().body == b"abcdef"


@pytest.mark.parametrize("data", [packed(b""), packed(b"plain", b"identity"), packed(b"plain", b"")])
def test_what_is_not_packed_stays(data):
    assert read(data).response().body in (b"", b"plain")


@pytest.mark.parametrize("body,encoding", [
    (b"plain", b"gzip"), (gzip.compress(b"abc")[:-3], b"gzip"), (gzip.compress(b"abc")[:12] + bytes(20), b"gzip"),
    (zlib.compress(b"abc"), b"deflate"), (gzip.compress(gzip.compress(b"abc")), b"gzip, gzip"), (b"abc", b"br")])
def test_what_cannot_be_unpacked_is_an_error(body, encoding):
    with pytest.raises(ConnectionError):
        read(packed(body, encoding)).response()


def test_a_body_is_no_longer_than_is_taken():
    assert len(read(packed(gzip.compress(bytes(1_000))), most_bytes=1_000).response().body) == 1_000
    with pytest.raises(AnswerTooLongError, match="more than 999 bytes"):
        read(packed(gzip.compress(bytes(1_000))), most_bytes=999).response()
    with pytest.raises(AnswerTooLongError, match="more than 999 bytes"):
        read(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(1_000), 100, most_bytes=999)
    with pytest.raises(AnswerTooLongError, match="more than 67,108,864 bytes"):
        read(packed(gzip.compress(bytes(MOST_BYTES + 1), 1))).response()


@pytest.mark.parametrize("more", [b"a", b"\r\nX-More: a"], ids=["a line", "lines"])
def test_a_head_does_not_go_on_for_ever(more):
    with pytest.raises(ConnectionError, match="head of the answer"):
        read(b"HTTP/1.1 200 OK\r\nX-First: " + more * 200_000)
