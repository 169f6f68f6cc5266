import pytest

from local_azure.service_bus.data_contract import wrap
from NotebookRuns.requests.binary_xml import unwrap

HEAD = b"@\x06string\x083http://schemas.microsoft.com/2003/10/Serialization/"


@pytest.mark.parametrize("text", ["", "{}", "é" * 200, "x" * 256, "x" * 70_000])
def test_a_wrapped_text_is_unwrapped(text):
    assert unwrap(wrap(text)) == text.encode()


@pytest.mark.parametrize(("records", "text"), [
    (b"\x98\x02{}\x01", b"{}"), (b"\x98\x01{\x99\x01}", b"{}"), (b"\x9a\x02\x00{}\xa9", b"{}"), (b"\x01", b"")])
def test_a_text_may_come_in_parts(records, text):
    assert unwrap(HEAD + records) == text


@pytest.mark.parametrize("body", [b"", b"{}", HEAD, HEAD + b"\x99\x05{}", HEAD + b"\x98\x02{}", HEAD + b"\x9d\x01",
                                  HEAD + b"\x40\x01a\x01"])
def test_any_other_body_stays_as_it_is(body):
    assert unwrap(body) == body
