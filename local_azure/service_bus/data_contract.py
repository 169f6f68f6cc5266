"""Texts as .NET's DataContractSerializer wraps them, in binary XML.

The agentless task does so with the body of a message unless it is told not to: `<string xmlns="http://schemas.
microsoft.com/2003/10/Serialization/">TEXT</string>` as records of [MC-NBFX], one for the element, one for its name
space, and one or more with text.
"""
import struct
from collections.abc import Iterator

_NAMESPACE = b"http://schemas.microsoft.com/2003/10/Serialization/"
_HEAD = b"@\x06string\x08" + bytes([len(_NAMESPACE)]) + _NAMESPACE
_END = b"\x01"
_LENGTHS = {0x98: "<B", 0x9A: "<H", 0x9C: "<I"}
"""How the length of a text is written, by the type of its record; the odd number after it also ends the element."""
_EMPTY_TEXT = 0xA8


def wrap(text: str) -> bytes:
    """The text as the task sends it."""
    encoded = text.encode()
    kind = next(kind for kind, size in ((0x98, 0xFF), (0x9A, 0xFFFF), (0x9C, 0x7FFFFFFF)) if len(encoded) <= size)
    return _HEAD + bytes([kind + 1]) + struct.pack(_LENGTHS[kind], len(encoded)) + encoded


def unwrap(body: bytes) -> bytes | None:
    """The text inside, as UTF-8; None where the body is no such text."""
    if not body.startswith(_HEAD):
        return None
    try:
        return b"".join(_texts(body[len(_HEAD):]))
    except (struct.error, KeyError, IndexError):
        return None


def _texts(records: bytes) -> Iterator[bytes]:
    """Until the element ends; raises KeyError for other records, struct.error or IndexError where it does not end."""
    while records[:1] != _END:
        kind, ends = records[0] & ~1, records[0] & 1
        if kind == _EMPTY_TEXT:
            records = records[1:]
        else:
            size = struct.calcsize(_LENGTHS[kind])
            [length] = struct.unpack_from(_LENGTHS[kind], records, 1)
            text = records[1 + size:1 + size + length]
            if len(text) < length:
                raise IndexError("the text ends early")
            yield text
            records = records[1 + size + length:]
        if ends:
            return
