"""What looks like a key and is none: hashes of content, told by the word before them."""
import re

_BEFORE = re.compile(r"(?i:sha-?(?:1|224|256|384|512)|md5|blake2b|digest|checksum|etag|integrity|fingerprint)"
                     r"\W{0,4}\Z|base64,\Z")
_HEAD = re.compile(r"(?i:sha-?(?:1|224|256|384|512)|md5)[-_:=]")
_REACH = 24  # characters before it


def is_digest(text: str, start: int) -> bool:
    """Whether what begins at `start` is a digest, or data that is embedded."""
    return _BEFORE.search(text, max(0, start - _REACH), start) is not None or _HEAD.match(text, start) is not None
