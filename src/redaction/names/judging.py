"""Whether the value of a secret name is a secret: placeholders, words of state and numbers of tokens are none."""
import re

from ..formats.opaque import is_mixed
from ..places import REDACTED
from .grading import NONE, OPAQUE, STRONG, is_password
from .grading import grade as grade_name

MASKED = re.compile(rf"(?:{re.escape(REDACTED)}|[\ue000\s,;])+")

_AROUND_VALUES = "\"'`()[]{}<>;, \t\r\n"
_STATES = frozenset("""str string bytes int bool any object ~ hidden redacted masked removed omitted filtered missing
    text field none null nil undefined true false yes no on off n/a na unknown empty unset default required""".split())
_PLACEHOLDER = re.compile("|".join((
    r"\$\{\{?[^{}]{0,200}\}?\}", r"\$[A-Z_][A-Z0-9_]{0,100}", r"\$[a-z_.]{1,100}", r"\$[a-z]+(?:[A-Z][a-z]+)+",
    r"\$\([\w.-]{1,100}\)", r"\$env:\w{1,100}", r"%[A-Za-z_]\w{0,100}%", r"\{\{[^{}]{0,200}\}\}",
    r"\{[A-Za-z_.]{1,60}\}",
    r"<[A-Za-z][A-Za-z _.:-]{0,100}>", r"[A-Z][A-Za-z]{1,60}Credentials?",
    r"\*[A-Za-z_]{1,60}", r"\[[A-Za-z][A-Za-z _-]{0,40}\]",
    r"(?:ref\+)?(?:vault|aws-?ssm|ssm|aws-?secretsmanager|akv|(?:azure)?keyvault|op|gcpsm|secretref|secret|env|file"
    r"|arn):[\w/.:#@+-]{1,300}",
    r"@Microsoft\.KeyVault\([^()]{0,400}\)", r"\*{3,}|[xX]{3,}|\.{3,}|-{2,}|_{3,}|\?{3,}|\u2022{3,}",
    r"(?:process\.env|os\.environ|env|vars?|secrets|config|settings|self|args|params|inputs|local|module)"
    r"(?:\.[A-Za-z_]\w{0,100}|\[[\"']\w{1,100}[\"']\]){1,4}")))
_WITH_DEFAULT = re.compile(r"\$\{\w+:?[-=?+][^}]")
_NUMBER = re.compile(r"[-+]?[\d][\d.,_]*(?:[eE][-+]?\d+)?\s?[kKmMbBtTgG%]?[bB]?")
_IDENTIFIER = re.compile(r"[A-Za-z]+(?:[_.-][A-Za-z]+)+")
_COMMON_WORDS = frozenset("""is are was were be been the to not for in an of or and must has have had cannot could
    should please with from your this that it no set can will at by on required valid invalid unavailable""".split())
_FEWEST_WORDS, _MOST_WORDS = 2, 60
_COUNTED = ("pass", "sig", "salt", "otp", "pin", "code", "cookies", "keys", "secrets", "credentials", "passwords")
_PARTS = re.compile(r"[_.-]")
_PIECE = re.compile(r"[^\s\"'`,;:=<>|()\[\]{}]+")
_SHORTEST_TOKEN = 9
_FEW_SIGNS = re.compile(r"[\W\d]{1,9}")
_PLAIN = re.compile(r"oauth\d|[A-Za-z]+(?:[ ._/:-]{1,2}[A-Za-z]+)*")
_LONGEST_PLAIN = 60
_KEY = re.compile(r"[A-Za-z0-9_=+/.:-]{14,200}")
_CHANGE = re.compile(r"[A-Za-z](?=\d)|\d(?=[A-Za-z])")
_LEAST_CHANGES = 4
_LONG_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{5,}(?![A-Za-z0-9])")
_AROUND_WORDS = "\"'`.,;:()[]"
_SHORTEST = 4
_LONGEST = 400
_TELLING = re.compile(r"[A-Za-z]\S*[0-9]|[0-9]\S*[A-Za-z]|[A-Za-z0-9][!@#$%^&*+=~?]|[!@#$%^&*+=~?][A-Za-z0-9]"
                      r"|[a-z][A-Z].*[a-z][A-Z]")
_NUMBERED_WORD = re.compile(r"[a-z]{1,12}[-_]?\d{1,3}")
_THING = re.compile("|".join((
    r"[vV]?\d+(?:[.\-_]\d+)*[a-z]{0,3}", r"\d+(?:\.\d+)?[a-zA-Z%]{1,3}", _NUMBERED_WORD.pattern,
    r"[\w.-]*/[\w./-]*",
    r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}", r"\d{4}-\d\d-\d\d.*", r"[A-Za-z_]\w*\(.*", r"https?:.*",
    r"[^@\s]+@[\w-]+(?:\.[\w-]+)+",
    r"[\w./\\-]+\.(?:py|txt|json|ya?ml|[ct]sv|parquet|log|md|html?|sh|ipynb|pkl|pth?|onnx|zip|gz|tar|jpe?g|png|pdf"
    r"|toml|cfg|ini|xml|sql|[jt]s|java|cpp|exe|dll|so|whl|lock|conf|env|bin|h5|np[yz]|avro|orc|bak|tmp|com|net|org|io"
    r"|pem|cr?t|cer|key|pfx|p12|jks|pub)")))


def is_secret_value(value: str, grade: int, name: str = "", is_set: bool = False) -> bool:
    """`grade` is what `grading.grade` says of `name`; `is_set` that a sign such as `=` sets the value."""
    stripped = value.strip().strip(_AROUND_VALUES)
    if grade == NONE or not stripped or stripped.lower() in _STATES or MASKED.fullmatch(stripped):
        return False
    if is_placeholder(value.strip().strip("\"'`")) or is_placeholder(stripped) or _is_prose(stripped, is_set):
        return False
    if not {stripped, stripped.lower() if stripped.isupper() else stripped}.isdisjoint((name, _PARTS.split(name)[-1])):
        return False  # `connect(password=password)`, `--password PASSWORD`
    if len(stripped) <= _LONGEST_PLAIN and _IDENTIFIER.fullmatch(stripped) and grade_name(stripped) > NONE:
        return False  # the name of a secret
    if _is_counted(name) and (_NUMBER.fullmatch(stripped) or _FEW_SIGNS.fullmatch(stripped)):
        return name.lower().endswith(("otp", "pin", "code")) and len(stripped) >= _SHORTEST
    if grade == OPAQUE:
        return is_random(stripped)
    if grade == STRONG:
        return True
    return any(map(_is_token, _PIECE.findall(stripped))) if "tokens" in name.lower() else not is_plain(stripped)


def _is_token(piece: str) -> bool:
    """Whether a piece is no part of a text, which is what tokens of language models are."""
    return len(piece) >= _SHORTEST_TOKEN and (looks_secret(piece) or is_random(piece))


def _is_prose(value: str, is_set: bool) -> bool:
    """A sentence about the secret, as in `token: must not be empty`; not the value and a sentence behind it, as in
    `token=x in line 3`."""
    words = value.lower().split()
    is_sentence = _FEWEST_WORDS <= len(words) < _MOST_WORDS and not _COMMON_WORDS.isdisjoint(words)
    if not is_sentence or is_set and words[0] not in _COMMON_WORDS or _NUMBERED_WORD.fullmatch(words[0]):
        return False
    return not any(map(looks_secret, value.split()))


def is_placeholder(value: str) -> bool:
    """Whether the value stands for one that is put in later, and has no other in itself."""
    return _PLACEHOLDER.fullmatch(value) is not None and not _WITH_DEFAULT.match(value)


def is_plain(value: str) -> bool:
    """Words and numbers, as opposed to what looks made by chance."""
    return len(value) <= _LONGEST_PLAIN and bool(_PLAIN.fullmatch(value) or _NUMBER.fullmatch(value))


def is_random(value: str) -> bool:
    """Whether letters and digits change often, as in a key or a GUID, and no part is a word."""
    is_key = _KEY.fullmatch(value) is not None and not _LONG_WORD.search(value)
    return is_key and len(_CHANGE.findall(value)) >= _LEAST_CHANGES


def looks_secret(token: str, name: str = "") -> bool:
    """Whether a word of a sentence can be a secret: it has digits with letters or signs that words have not. Of a
    password, `name` given, it can be a word with a number: people choose such."""
    token = token[:_LONGEST].strip(_AROUND_WORDS)
    if len(token) < _SHORTEST or is_placeholder(token) or MASKED.fullmatch(token):
        return False
    if len(token) > _SHORTEST and _NUMBERED_WORD.fullmatch(token) and is_password(name):
        return True
    return _TELLING.search(token) is not None and not _THING.fullmatch(token) or is_mixed(token)


def _is_counted(name: str) -> bool:
    """Whether a number is no secret of that name: tokens are counted, tests pass; passwords may be numbers."""
    name = name.lower().rstrip("@_0123456789")
    return "token" in name or name.endswith(_COUNTED)
