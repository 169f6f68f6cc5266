"""What URLs carry: signatures, user names with passwords, keys in queries and in paths."""
import re
from collections.abc import Iterator

from ..names.judging import is_random, looks_secret
from ..places import Place
from .digests import is_digest

_IN_URL = r"[^\s\"'<>\\]*"
_URL = re.compile(rf"(?i:https?|wss?|s3|gs|ftp|abfss?|wasbs?)://{_IN_URL}(?:\\{{1,8}}u0026{_IN_URL})*")
_SIGNATURE = re.compile(
    r"(?i)(?:[?&;]|%26|u0026)(?:amp;)?(?:sig|signature|x-amz-(?:signature|credential|security-token)|x-goog-signature"
    r"|x-ms-signature|key-pair-id|googleaccessid)(?:=|%3d)")
_SIGNED = re.compile("sig(?:nature)?(?:=|%3d)|x-amz-|key-pair-id|googleaccessid")
_PARAMETER = re.compile(
    r"(?i)(?:[?&]|%26|u0026)(?:amp;)?(?:code|key|sig|pwd|token|apikey|appid|authtoken|subscription-key"
    r"|client_assertion|api_key|access_token|client_secret)(?:=|%3d)(?!&|%26)((?:(?!%26)[^\s\"'<>&#\\\ue000])+)")
_SCHEME = re.compile(r"(?<![A-Za-z0-9])([A-Za-z][A-Za-z0-9+.-]{1,30})://")
_ORACLE = re.compile(r"(?i)jdbc:oracle:(?:thin|oci8?):([^\s@\"'<>]{1,300}/[^\s@\"'<>]{1,300})@")
_ACCOUNT = re.compile(r"(?<![\w./:@-])[\w.-]{1,60}:([^\s:@/\"'<>\ue000]{4,100})"
                      r"@[\w-]{1,60}(?:\.[\w-]{1,60}){1,8}(?![\w@])")
_CONDA = re.compile(r"/t/([\w-]{8,200})(?=[/\s\"'<>,;)]|\Z)", re.ASCII)  # in the address of a channel of conda
_REACH = 2_000  # characters of a URL in which the @ behind a password is looked for
_LONGEST_HOST = 80
_STOP = re.compile(r"[\s<>]|[\"'`](?=[\s,;:)}\]])")
_HOST = re.compile(r"(?:[\w-][\w.-]*|\[[0-9a-fA-F:.]+\]|\$\{?\w+\}?|%\w+%)(?::\d{1,5}|:\$\{?\w+\}?)?"
                   r"(?=[/?#,;:\s\"'`<>)\]}|&\\]|\Z)")
_PORT = re.compile(r":\d{1,5}(?=[/?#]|\Z)")
# What stands before the @ of Azure's file systems is the container; git's own user is no secret.
_CONTAINERS = frozenset(("abfss", "abfs", "wasbs", "wasb"))
_IN_BASE64 = re.compile("[A-Za-z0-9+]")
_STORAGE_KEY = re.compile(r"[A-Za-z0-9+/]{86}")
_STORAGE_KEY_LENGTH = 86


def find_signed(text: str) -> Iterator[Place]:
    """The whole query of a signed URL goes: its expiry and permissions mean nothing without the signature."""
    if "://" not in text or not _SIGNED.search(text.lower()):
        return
    for found in _URL.finditer(text):
        query = found[0].find("?")
        if query >= 0 and _SIGNATURE.search(found[0], query):
            yield Place(found.start() + query + 1, found.end(), "formats", "signed URL")


def find(text: str, lower: str) -> Iterator[Place]:
    """Credentials and keys in URLs; `lower` is the text in lower case."""
    if "@" in text and "://" in text:
        yield from _find_credentials(text)
    if "@" in text and ":" in text:
        for found in _ACCOUNT.finditer(text):
            if looks_secret(found[1]):
                yield Place(*found.span(1), "formats", "credentials before a host")
    if "jdbc:oracle" in lower:
        for found in _ORACLE.finditer(text):
            yield Place(*found.span(1), "formats", "credentials in a URL")
    for found in _CONDA.finditer(text):
        host = text[max(0, found.start() - _LONGEST_HOST):found.start()]
        if "://" in host and ("conda" in host or is_random(found[1])):
            yield Place(*found.span(1), "formats", "token of a channel")
    for found in _PARAMETER.finditer(text):
        yield Place(*found.span(1), "formats", "key in a query")
    if "==" in text:
        yield from _find_storage_keys(text)


def _find_credentials(text: str) -> Iterator[Place]:
    at = 0
    while scheme := _SCHEME.search(text, at):
        at = scheme.end()
        end = _find_at(text, at, scheme[1].lower())
        is_known = text[at:end] == "git" or end > at and _is_organization(text, at, end)
        if end > at and scheme[1].lower() not in _CONTAINERS and not is_known:
            yield Place(at, end, "formats", "credentials in a URL")
            at = end


def _is_organization(text: str, start: int, end: int) -> bool:
    """`https://acme@dev.azure.com/acme/…` is how Azure DevOps writes the address of a repository."""
    return text.startswith(f"@dev.azure.com/{text[start:end]}/", end)


def _find_at(text: str, start: int, scheme: str) -> int:
    """Where the @ behind a user's name and password is, or -1: passwords may hold / and @ themselves, hosts do not."""
    limit = min(len(text), start + _REACH)
    next_scheme = text.find("://", start, limit)
    limit = next_scheme if next_scheme >= 0 else limit
    stop = _STOP.search(text, start, limit)
    limit = stop.start() if stop else limit
    at = text.rfind("@", start, limit)
    if at < 0:
        return -1
    slash = min((place for place in (text.find(sign, start, at) for sign in "/?#") if place >= 0), default=at)
    first = text.find("@", start, limit)
    if first <= slash:
        return max(text.rfind("@", start, slash + 1), first)
    colon = text.find(":", start, slash)
    if colon < 0 or _PORT.match(text, colon) and scheme.startswith(("http", "ws")):
        return -1
    while at > colon:
        if _HOST.match(text, at + 1):
            return at
        at = text.rfind("@", colon, at)
    return -1


def _find_storage_keys(text: str) -> Iterator[Place]:
    """86 characters of base64 before ==, whatever stands before them: in a path a slash, which base64 has too."""
    at = text.find("==")
    while at >= 0:
        start = at - _STORAGE_KEY_LENGTH
        is_key = start >= 0 and _STORAGE_KEY.fullmatch(text, start, at) and text[at + 2:at + 3] != "="
        if is_key and not _IN_BASE64.match(text[start - 1:start]) and not is_digest(text, start):
            yield Place(start, at + 2, "formats", "storage key")
        at = text.find("==", at + 2)
