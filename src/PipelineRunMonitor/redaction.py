"""Secrets out of anything that leaves the process. Pure.

What is taken out, and why it can be there at all:
- signatures of SAS URLs: run history answers log files as signed URLs, valid for hours;
- keys and passwords of connection strings (storage, Service Bus, databases), account keys, credentials inside URLs:
  arguments, environment variables and error messages quote them;
- bearer tokens, JWTs, tokens of Databricks and GitHub, client secrets of Entra ID, private key blocks: the same way;
- values whose name says secret (`DB_PASSWORD`, `--api-key`, `clientSecret`), in objects, argument lists and text;
- every value in `azureml.parameters`: what a pipeline was given is nobody else's business, so only the names stay.

What stays readable: ids, commit hashes, file names, paths, URLs without their query. When in doubt a value goes.
"""
import json
import re
from collections.abc import Mapping
from typing import Any

REDACTED = "[redacted]"
TOO_DEEP = "[nested too deep]"

_DEEPEST = 60  # levels of nesting that are kept: deeper values exist only to break readers
_PARAMETERS = "azureml.parameters"
_SECRET_WORDS = frozenset("password passwd passphrase pwd secret secrets token apikey accountkey accesskey sas "
                          "credential credentials connectionstring".split())
_SECRET_PAIRS = frozenset((owner, "key") for owner in (
    "account", "access", "api", "shared", "storage", "private", "primary", "secondary", "subscription", "encryption",
    "signing", "master", "function", "host", "client")) | {("connection", "string")}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

# Every pattern starts where a match can start only once in a run of characters, or is bounded: no text takes more than
# linear time.
_SECRET_NAME = (r"(?:token|(?:passwo?r?d|passphrase|pwd|secret|credential|connection[_-]?string|"
                r"(?:account|access|api|shared|storage|private)[_-]?(?:access[_-]?)?key)s?)")
_OPTION = rf"(?<![\w.-])--?[\w.-]{{0,64}}?{_SECRET_NAME}"
_VALUE = r"(\"[^\"]*\"|'[^']*'|[^\s\"';,&}]+)"
_IN_URL = r"[^\s\"'<>\\]"
_PATTERNS = tuple((re.compile(pattern), replacement) for pattern, replacement in (
    # The whole query of a signed URL goes: its expiry and permissions mean nothing without the signature.
    (rf"(https?://[^\s\"'<>?\\]{{1,2000}})\?{_IN_URL}{{0,2000}}?(?:\b|%26)(?i:sig|signature)(?:=|%3[dD]){_IN_URL}*",
     rf"\1?{REDACTED}"),
    (r"(?i)(?:\b|%26)(?:sig|SharedAccessSignature)(?:=|%3d)[^\s\"'<>;\\]+", REDACTED),
    (r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", REDACTED),
    (r"(?<=://)(?!git@)[^\s/\"'<>\\]{1,500}@", f"{REDACTED}@"),
    (r"(?i)\b(bearer|basic)\s+[\w.~+/-]{8,}=*", rf"\1 {REDACTED}"),
    (r"(?<![\w-])eyJ[\w-]{4,}\.[\w-]{4,}\.[\w-]*", REDACTED),
    (r"\bdapi[0-9a-f]{32}(?:-\d+)?\b", REDACTED),
    (r"\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,})", REDACTED),
    (r"(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])", REDACTED),
    (r"(?<![\w+/])[A-Za-z0-9+/]{86}==", REDACTED),
    (rf"(?i)({_OPTION}(?:\s+|=)){_VALUE}", rf"\1{REDACTED}"),
    (rf"(?i)({_SECRET_NAME}\s*=\s*){_VALUE}", rf"\1{REDACTED}"),
    (rf"(?i)({_SECRET_NAME}[\"']\s*:\s*){_VALUE}", rf'\1"{REDACTED}"'),
    (rf"(?i)(\b(?:password|pwd|passphrase|secret)\s*:\s*){_VALUE}", rf"\1{REDACTED}"),
))
_SECRET_OPTION = re.compile(f"(?i){_OPTION}")


def redact(value: Any, depth: int = 0) -> Any:
    """A copy of JSON values without their secrets: objects, lists and texts, texts that hold JSON included."""
    if isinstance(value, str):
        return redact_text(value, depth)
    if not isinstance(value, (Mapping, list, tuple)):
        return value
    if depth > _DEEPEST:
        return TOO_DEEP
    if isinstance(value, Mapping):
        return {redact_text(str(key)): _redact_member(str(key), member, depth + 1) for key, member in value.items()}
    return _redact_list(value, depth + 1)


def redact_text(text: str, depth: int = 0) -> str:
    """The text without its secrets. Where the text is a JSON object or list, names count as they do in objects."""
    nested = _parse_nested(text)
    if nested is not None:
        clean = redact(nested, depth + 1)
        return text if clean == nested else json.dumps(clean, ensure_ascii=False)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def is_secret_name(name: str) -> bool:
    """Whether a name says that its value is a secret: by whole words, so max_tokens and tokenizer stay readable."""
    words = [word.lower() for word in _WORD.findall(name)]
    return not (_SECRET_WORDS.isdisjoint(words) and _SECRET_PAIRS.isdisjoint(zip(words, words[1:])))


def _redact_member(name: str, value: Any, depth: int) -> Any:
    if name.casefold() == _PARAMETERS:
        nested = _parse_nested(value) if isinstance(value, str) else value
        return json.dumps(_blank_members(nested)) if isinstance(nested, Mapping) else _blank(value)
    return _blank(value) if is_secret_name(name) else redact(value, depth)


def _blank(value: Any) -> Any:
    """Empty, null and boolean values are no secrets."""
    return value if value in ("", None, [], {}) or isinstance(value, bool) else REDACTED


def _blank_members(values: Mapping) -> dict:
    return {redact_text(str(name)): _blank(value) for name, value in values.items()}


def _redact_list(values: list | tuple, depth: int) -> list:
    """In a list of arguments the value of `--db-password` is the next element."""
    clean = []
    for before, value in zip((None, *values), values):
        is_named = isinstance(before, str) and _SECRET_OPTION.fullmatch(before) is not None
        clean.append(_blank(value) if is_named and not _is_option(value) else redact(value, depth))
    return clean


def _is_option(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("--")


def _parse_nested(text: str) -> Any:
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
