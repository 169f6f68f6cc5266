import pytest

from local_azure.service_bus.data_contract import unwrap, wrap

HEAD = b"\x40\x06string\x08\x33http://schemas.microsoft.com/2003/10/Serialization/"


@pytest.mark.parametrize("text", ["", "a", "é" * 100, "x" * 255, "x" * 256, "x" * 65_535, "x" * 65_536])
def test_a_wrapped_text_is_found_again(text):
    assert unwrap(wrap(text)) == text.encode()


def test_a_wrapped_text_is_the_bytes_that_dotnet_writes():
    assert wrap("Hi") == HEAD + bytes.fromhex("9902") + b"Hi"


@pytest.mark.parametrize(("records", "text"), [
    (b"\x98\x02Hi\x01", b"Hi"), (b"\x98\x02Hi\x99\x01!", b"Hi!"), (b"\xa8\x01", b""), (b"\xa9", b""), (b"\x01", b"")])
def test_a_text_may_be_in_parts_and_end_by_itself(records, text):
    assert unwrap(HEAD + records) == text


@pytest.mark.parametrize("body", [b"", b"{}", HEAD, HEAD + b"\x99\x05Hi", HEAD + b"\x98\x02Hi", HEAD + b"\x9b\x05",
                                  HEAD + b"\x40\x01a", HEAD + b"\x9c\xfb\xff\xff\xff\x01"])
def test_anything_else_is_no_wrapped_text(body):
    assert unwrap(body) is None
