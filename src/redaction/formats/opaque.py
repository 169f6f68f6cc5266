"""Keys and tokens that no vendor has signed: by their look, and Azure's by the marks in their midst."""
import re
from binascii import Error, a2b_base64
from collections.abc import Iterator

from ..decode.embedded import read_encoded
from ..places import Place
from .digests import is_digest

_RUN = re.compile(r"[A-Za-z0-9+/_=-]{24,}")
_SEGMENT = re.compile(r"[A-Za-z0-9]{20,}")
_MORE_PARTS = re.compile(r"(?:\.[\w-]{16,}|\.[\w-]{6}\.[\w-]{27,})*", re.ASCII)
_LONGEST_NAME = 36  # characters of mixed names of things, put together with dashes and slashes
_CLASSES = str.maketrans({**dict.fromkeys("abcdefghijklmnopqrstuvwxyz", "a"), **dict.fromkeys("0123456789", "0"),
                          **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "A")})
_TURNS = ("aA", "Aa", "a0", "0a", "A0", "0A")
_SMALL = re.compile(r"[a-z0-9]{32,}")
_SHORTEST_SMALL = 32
_NOT_HEX = re.compile(r"[g-z]")
_LEAST_CHANGES = 0.25  # of all neighbours; chance makes 0.4
_CONTENT_BEGINS = ("bafy", "bafk")
_LEAST_TURNS = 0.36  # of all neighbours; chance makes 0.62, names like trainModelV2 less than 0.3

# Microsoft writes the kind of a key into it, so that scanners find it.
_AZURE = re.compile(r"AzSe|AzFu|\+ACR|AzCa|\+AEh|\+ASb|\+ARm|\+ASt|ACDb|\+ABa|\+AMC|AIoT|AZEG|APIM|AZDO|JQQJ99|AZML"
                    r"|ACOG")
_SHORTEST_AZURE = 40
# Those without capitals, by their length.
_IN_SMALL_LETTERS = {52: ("Azure DevOps token", re.compile(r"[a-z2-7]{52}")),
                     50: ("Mailgun key", re.compile(r"[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}"))}
# Keys in DER: a sequence that begins with the version, as PKCS #1, #8, #12 and SEC 1 have it and certificates have not.
_DER_BEGINS = ("MI", "MH", "MC4CAQAw", "MF")
_DER = re.compile(rb"\x30(?:[\x30-\x7f]|\x81.|\x82..)\x02\x01(?:\x00[\x30\x02]|\x01\x04|\x03\x30)", re.S)
_SHORTEST_DER = 60

# Addresses of content and of wallets, public keys of SSH.
_PUBLIC = re.compile(r"Qm[1-9A-HJ-NP-Za-km-z]{44}\Z|0x[0-9a-fA-F]{40}\Z|AAAA[A-Z]3NzaC1|AAAAE2VjZHNh")
_LONGEST = 400  # characters of a key; what is longer holds data
_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def find(text: str) -> Iterator[Place]:
    """Runs of 24 characters and more that are as mixed as chance makes them, have a mark of Azure's, or are a key."""
    for run in _RUN.finditer(text):
        if run[0].islower() and len(run[0]) < _SHORTEST_SMALL:
            continue
        rule, start = _judge(run[0])
        start += run.start()
        if rule and not is_digest(text, start):
            more = _MORE_PARTS.match(text, run.end())
            yield Place(start, more.end() if more else run.end(), "formats", rule)


def is_mixed(word: str) -> bool:
    """Whether lower case, upper case and digits change as often as by chance: in names of things they do less."""
    classes = word.translate(_CLASSES)
    if "a" not in classes or "A" not in classes or "0" not in classes:
        return False
    return sum(map(classes.count, _TURNS)) >= _LEAST_TURNS * (len(word) - 1)


def _judge(run: str) -> tuple[str, int]:
    """Why the run is secret from where on; no reason if it is not."""
    if _is_private_key(run):
        return "private key", 0
    if run.islower():
        rule, pattern = _IN_SMALL_LETTERS.get(len(run), ("", _SMALL))
        if rule and pattern.fullmatch(run):
            return rule, 0
        is_random = any(map(_is_mixed_small, _SMALL.findall(run))) and not run.startswith(_CONTENT_BEGINS)
        return ("random characters" if is_random else ""), 0
    start = _skip_names(run)
    if len(run) >= _SHORTEST_AZURE and _AZURE.search(run):
        return "Azure key", start
    if len(run) > _LONGEST or _PUBLIC.match(run, start) or read_encoded(run[start:]):
        return "", 0
    is_random = any(map(is_mixed, _SEGMENT.findall(run, start)))
    if is_random or len(run) - start >= _LONGEST_NAME and is_mixed(run[start:]) and not _GUID.search(run):
        return "random characters", start
    return "", 0


def _is_mixed_small(word: str) -> bool:
    """The same of small letters and digits alone, which hexadecimal digits are not."""
    classes = word.translate(_CLASSES)
    changes = classes.count("a0") + classes.count("0a")
    return changes >= _LEAST_CHANGES * (len(word) - 1) and _NOT_HEX.search(word) is not None


def _skip_names(run: str) -> int:
    """Where in `path/to/key` and `name=key` the key begins."""
    equals = run.rstrip("=").rfind("=") + 1
    start = 0 if is_mixed(run[:equals]) else equals
    while (slash := run.find("/", start)) > start and run[start:slash].isalpha() and run[start + 1:slash].islower():
        start = slash + 1
    return start


def _is_private_key(run: str) -> bool:
    if len(run) < _SHORTEST_DER or not run.startswith(_DER_BEGINS):
        return False
    try:
        return _DER.match(a2b_base64(run[:16])) is not None
    except Error:
        return False
