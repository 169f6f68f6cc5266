"""The text that .NET's DataContractSerializer wraps in binary XML: what the pipeline's task sends unless
`useDataContractSerializer` is false. Pure.

One element with one namespace, then records of text ("[MC-NBFX]: .NET Binary Format: XML Data Structure"). A record
whose number is odd ends the element too.
"""
_HEAD = b"@\x06string\x083http://schemas.microsoft.com/2003/10/Serialization/"
_TEXT_OF_ONE_BYTE, _TEXT_OF_TWO, _TEXT_OF_FOUR = 0x98, 0x9A, 0x9C
_LENGTH_BYTES = {_TEXT_OF_ONE_BYTE: 1, _TEXT_OF_TWO: 2, _TEXT_OF_FOUR: 4}
_EMPTY_TEXT, _END_ELEMENT = 0xA8, 0x01


def unwrap(body: bytes) -> bytes:
    """The text inside; a body that is not wrapped, or not wholly there, as it is."""
    if not body.startswith(_HEAD):
        return body
    text, position = bytearray(), len(_HEAD)
    while position < len(body):
        kind, ends = body[position] & ~1, body[position] & 1
        if body[position] == _END_ELEMENT:
            return bytes(text)
        position += 1
        if kind in _LENGTH_BYTES:
            start = position + _LENGTH_BYTES[kind]
            position = start + int.from_bytes(body[start - _LENGTH_BYTES[kind]:start], "little")
            text += body[start:position]
        elif kind != _EMPTY_TEXT:
            break
        if ends:
            return bytes(text) if position <= len(body) else body
    return body
