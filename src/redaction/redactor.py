"""Secrets out of anything that leaves the process. Pure.

What is taken out, and why it can be there at all:
- signatures of SAS URLs: run history answers log files as signed URLs, valid for hours;
- keys and passwords of connection strings (storage, Service Bus, databases), account keys, credentials inside URLs:
  arguments, environment variables and error messages quote them;
- bearer tokens, JWTs, private key blocks and what else has a known format (`patterns`): the same way;
- values whose name says secret (`DB_PASSWORD`, `--api-key`, `clientSecret`), in objects, argument lists and text:
  `is_secret_name` decides for all of them;
- every value in `azureml.parameters`: what a pipeline was given is nobody else's business, so only the names stay.

What stays readable: ids, commit hashes, file names, paths, URLs without their query. When in doubt a value goes.
"""
import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from . import patterns

REDACTED = "[redacted]"
TOO_DEEP = "[nested too deep]"

_DEEPEST = 60  # levels of nesting that are kept: deeper values exist only to break readers
_PARAMETERS = "azureml.parameters"

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_LONGEST_NAME = 200  # characters: the last ones decide
_KEY_OWNERS = ("account access api auth client cosmos encryption function host master openai primary private "
               "secondary secret shared signing ssh storage subscription").split()
# Secret wherever they are in a name, compounds like dbpassword included ...
_SECRET_ENDINGS = ("password", "passwords", "passwd", "passphrase", "passphrases", "pwd", "connectionstring",
                   *(f"{owner}key" for owner in _KEY_OWNERS), *(f"{owner}keys" for owner in _KEY_OWNERS))
_SECRET_PAIRS = frozenset((owner, key) for owner in _KEY_OWNERS for key in ("key", "keys")) | {
    ("connection", "string"), ("connection", "str"), ("conn", "str"), ("access", "signature"), ("client", "assertion")}
# ... unless the name ends with what is merely said about the secret.
_ABOUT = frozenset("name names type types kind dir directory path file url uri endpoint id ids count length len limit "
                   "size index loss policy expiry expiration version".split())
# Secret at the end of a name: before other words they are adjectives (secret_name, token_count).
_LAST_ENDINGS = ("secret", "secrets", "token", "tokens")
_LAST_WORDS = frozenset("credential credentials pass sas sig authorization cookie cookies key".split())
_AFTER_LAST = frozenset(["", *"value values text string prod production dev test staging old new base64".split()])
_HARMLESS_BEFORE = {
    "key": frozenset(["", *"partition foreign sort public cache row column group join index range hash label "
                           "object blob unique shard map dict lookup metric config".split()]),
    "pass": frozenset("first second forward backward single one two low high band".split()),
    "token": frozenset("pad eos bos mask unk sep cls max min num n total prompt completion input output special start "
                       "end stop image cached generated".split())}
_COLUMN = "primary_key"  # this spelling is a database's; --primary-key and primaryKey are Azure's

# A name with what separates it from its value: `name=`, `"name": `, `--name `, `"--name", `, at any depth of escapes.
_SEPARATOR = r"\\*+[\"']?+\s*+[:=]\s*+"
_NAMED = re.compile(rf"(?<![\w.-])(?:(-[\w.-]++)(?:{_SEPARATOR}|\\*+[\"']\s*+,\s*+|\s++)|([\w.-]++){_SEPARATOR})")
_ARGUMENT = re.compile(r"([\w.-]+)(=?)([\s\S]*)")
_QUOTE = re.compile(r"(?<!\\)(\\*+)([\"'])")
_INNER_QUOTE = r"[\"'](?![\s,:}\])]|\Z)"  # does not end an unquoted value
_TO_SPACE = re.compile(rf"(?:[^\s\"']|{_INNER_QUOTE})*+")
_TO_NEXT_NAME = re.compile(rf"(?:[^\s\"';&,]|[;&,](?![A-Za-z][\w .]{{0,40}}=[^=\s])|{_INNER_QUOTE})*+")
_TO_SEMICOLON = re.compile(r"[^;\n\"']{1,200}(?=;)")
_TO_END_OF_LINE = re.compile(rf"(?:[^\r\n\"']|{_INNER_QUOTE})*+")
_BRACKETS = {"{": re.compile("[{}]"), "[": re.compile(r"[\[\]]")}


def redact(value: Any, depth: int = 0) -> Any:
    """A copy of JSON values without their secrets: objects, lists and texts, texts that hold JSON included."""
    if isinstance(value, str):
        return redact_text(value, depth)
    if not isinstance(value, (Mapping, list, tuple)):
        return value
    if depth > _DEEPEST:
        return TOO_DEEP
    if isinstance(value, Mapping):
        return _redact_object(value, depth + 1)
    return _redact_list(value, depth + 1)


def redact_text(text: str, depth: int = 0) -> str:
    """The text without its secrets. Where the text is a JSON object or list, names count as they do in objects."""
    if not patterns.HINT.search(text.lower()):
        return text
    nested, shadowed = _parse_nested(text)
    if nested is not None:
        clean = redact(nested, depth + 1)
        is_clean = clean == nested and all(_redact_member(name, value, depth + 1) == value for name, value in shadowed)
        return text if is_clean else json.dumps(clean, ensure_ascii=False)
    text = patterns.URL.sub(_redact_url, text)
    for pattern, replacement in patterns.REPLACEMENTS:
        text = pattern.sub(replacement.format(REDACTED), text)
    return "".join(_redact_named(text))


def is_secret_name(name: str) -> bool:
    """Whether a name says that its value is a secret: by whole words, so max_tokens and tokenizer stay readable."""
    return _is_secret_name(name[-_LONGEST_NAME:])


@lru_cache(maxsize=2_000)
def _is_secret_name(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    if name == _COLUMN or not words or words[-1] in _ABOUT:
        return False
    return any(map(_says_secret, ["", *words], words, [*words[1:], ""]))


def _says_secret(before: str, word: str, after: str) -> bool:
    if word.endswith(_SECRET_ENDINGS) or (before, word) in _SECRET_PAIRS:
        return True
    if not (word in _LAST_WORDS or word.endswith(_LAST_ENDINGS)) or not (after in _AFTER_LAST or after.isdigit()):
        return False
    return before not in _HARMLESS_BEFORE.get(word.removesuffix("s") if word == "tokens" else word, ())


def _redact_object(values: Mapping, depth: int) -> dict:
    """Of {"name": "DB_PASSWORD", "value": ...} the value goes too."""
    labels = (value for name, value in values.items() if str(name).lower() in ("name", "key"))
    label = next((text for text in labels if isinstance(text, str) and is_secret_name(text)), None)
    return {redact_text(str(name)): _blank(value, label) if label and str(name).lower() == "value"
            else _redact_member(str(name), value, depth) for name, value in values.items()}


def _redact_member(name: str, value: Any, depth: int) -> Any:
    if name.casefold() == _PARAMETERS:
        nested = _parse_nested(value)[0] if isinstance(value, str) else value
        return json.dumps(_blank_members(nested)) if isinstance(nested, Mapping) else _blank(value)
    return _blank(value, name) if is_secret_name(name) else redact(value, depth)


def _blank(value: Any, name: str = "") -> Any:
    """Empty, null and boolean values are no secrets, nor are the numbers that are called tokens."""
    if value in ("", None, [], {}) or isinstance(value, bool):
        return value
    if name and isinstance(value, str) and value.lower() in ("none", "null", "true", "false"):
        return value
    if "token" in name.lower() and (isinstance(value, (int, float)) or re.fullmatch(r"[\W\d]{1,9}", str(value))):
        return value
    return REDACTED


def _blank_members(values: Mapping) -> dict:
    return {redact_text(str(name)): _blank(value) for name, value in values.items()}


def _redact_list(values: list | tuple, depth: int) -> list:
    """In a list of arguments the value of `--db-password` is the next element, that of `--db-password=x` all of x."""
    clean, option = [], None
    for value in values:
        name, equals, rest = _split_argument(value)
        if option and not (isinstance(value, str) and value.startswith("--")):
            clean.append(_blank(value, option))
        elif name and rest:
            clean.append(f"{name}{equals}{_blank(rest, name)}")
        else:
            clean.append(redact(value, depth))
        option = name if name and not rest and name.startswith("-") else None
    return clean


def _split_argument(value: Any) -> tuple[str, str, str]:
    """The secret name, the equals sign and the rest of an argument; three empty texts if it has no such name."""
    found = _ARGUMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None or bool(found[3]) > bool(found[2]) or not is_secret_name(found[1].lstrip("-")):
        return "", "", ""
    return found.groups()


def _redact_url(found: re.Match) -> str:
    """The whole query of a signed URL goes: its expiry and permissions mean nothing without the signature."""
    url, _, query = found[0].partition("?")
    return f"{url}?{REDACTED}" if patterns.SIGNATURE.search(query) else found[0]


def _redact_named(text: str) -> Iterator[str]:
    """The pieces of a text, with the values of secret names replaced."""
    end = 0
    found = _NAMED.search(text)
    while found:
        start = found.end()
        if _is_secret_in_text(found[1] or found[2], text[found.start() - 1:found.start()]):
            inner, stop = _find_value(text, found)
            value = text[start + inner:stop - inner] if inner else text[start:stop]
            if value and _blank(value.rstrip(",;)}]") or value, found[1] or found[2]) == REDACTED:
                yield text[end:start + inner] + REDACTED
                end = stop - inner if text[stop - inner:stop] == text[start:start + inner] else stop
            start = max(start, stop)
        found = _NAMED.search(text, start)
    yield text[end:]


def _is_secret_in_text(name: str, before: str) -> bool:
    r"""A backslash before the name is a line break's: `\npassword`."""
    name = name.lstrip("-")
    return name.lower() == _PARAMETERS or is_secret_name(name) or before == "\\" and is_secret_name(name[1:])


def _find_value(text: str, found: re.Match) -> tuple[int, int]:
    """The length of the quote around the value, 0 without one, and where the value ends, its quote included."""
    start = found.end()
    quote = _QUOTE.match(text, start)
    if quote:
        return len(quote[0]), _find_end_of_quote(text, quote)
    if found[1] and text.startswith("--", start):
        return 0, start
    if text[start:start + 1] in _BRACKETS:
        start = _find_end_of_brackets(text, start)
    if (found[1] or found[2]).lower().endswith(("authorization", "cookie")):
        return 0, _TO_END_OF_LINE.match(text, start).end()
    if text[found.start() - 1:found.start()] == ";" and (spaced := _TO_SEMICOLON.match(text, start)):
        return 0, spaced.end()
    return 0, (_TO_SPACE if found[1] else _TO_NEXT_NAME).match(text, start).end()


def _find_end_of_quote(text: str, opening: re.Match) -> int:
    """With n backslashes before the opening quote, more of them before another quote may escape that one."""
    escapes = len(opening[1])
    for quote in _QUOTE.finditer(text, opening.end()):
        if quote[2] == opening[2] and len(quote[1]) % (2 * escapes + 2) == escapes:
            return quote.end()
    return len(text)


def _find_end_of_brackets(text: str, start: int) -> int:
    depth = 0
    for bracket in _BRACKETS[text[start]].finditer(text, start):
        depth += 1 if bracket[0] == text[start] else -1
        if depth == 0:
            return bracket.end()
    return len(text)


def _parse_nested(text: str) -> tuple[Any, list]:
    """The JSON object or list that a text holds, or None; and the members that later ones of the same name shadow."""
    text = text.lstrip("\ufeff \t\r\n")
    shadowed = []

    def collect(pairs: list) -> dict:
        values = dict(pairs)
        if len(values) < len(pairs):
            shadowed.extend(pairs)
        return values

    try:
        return (json.loads(text, object_pairs_hook=collect) if text[:1] in ("{", "[") else None), shadowed
    except (ValueError, RecursionError):
        return None, []
