"""Third station: whether a name says that its value is a secret, and how surely."""
import re
import unicodedata
from functools import lru_cache

from . import words as w

# No secret; one if the value looks made by chance; one unless it is a plain word or a number; one whatever it is.
NONE, OPAQUE, WEAK, STRONG = 0, 1, 2, 3
PARAMETERS = "azureml.parameters"  # what a pipeline was given is nobody else's business

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_LONGEST_NAME = 200  # characters: the last ones decide
# What stands behind the name in settings of Hadoop's file systems: `fs.azure.account.key.ACCOUNT.dfs.core.windows.net`.
_ACCOUNT = re.compile(r"\.[\w{}$-]{1,63}\.(?:dfs|blob|queue|table|file)\.(?:core\.[a-z.]{5,30}"
                      r"|fabric\.microsoft\.com)\Z")
_COLUMN = "primary_key"  # this spelling is a database's; --primary-key and primaryKey are Azure's
# Letters that do not come apart into a letter and an accent.
_LETTERS = str.maketrans({"\u0142": "l", "\u0141": "L", "\u0131": "i", "\xdf": "ss", "\xf8": "o", "\xd8": "O",
                          "\u0111": "d"})

_ABOUT, _QUALIFIERS, _LAST, _WEAK = frozenset(w.ABOUT), frozenset(w.QUALIFIERS), frozenset(w.LAST), frozenset(w.WEAK)
_VENDORS = frozenset(w.VENDORS)
_OWNERS = frozenset(w.KEY_OWNERS)
_GLUED_KEYS = tuple(owner + key for owner in w.KEY_OWNERS for key in ("key", "keys"))
_PASSWORDS = tuple(w.PASSWORDS)
_FOREIGN = tuple(word for word in w.PASSWORDS if not word.isascii())
_ANYWHERE = frozenset(w.ANYWHERE)
_PAIRS = frozenset(tuple(pair.split()) for pair in w.PAIRS.replace("\n", " ").split("|"))
_PHRASES = re.compile("|".join(re.sub(r"[ '-]+", "[ _'\u2019-]?", phrase.strip()) for phrase in w.PHRASES.split("|")))
_HARMLESS = {word: frozenset(before) for word, before in w.HARMLESS.items()}


def is_secret_name(name: str) -> bool:
    """Whether a name says that its value is a secret: by whole words, so max_tokens and tokenizer stay readable."""
    return grade(name) > NONE


@lru_cache(maxsize=4_000)
def grade(name: str) -> int:
    """How surely the name says secret."""
    if name == _COLUMN:
        return NONE
    if name.casefold() == PARAMETERS:
        return STRONG
    name = _ACCOUNT.sub("", name[-_LONGEST_NAME:])
    if not name.isascii():
        name = strip_accents(name)
        if any(word in name.lower() for word in _FOREIGN):
            return STRONG
    words = [word.lower() for word in _WORD.findall(name)]
    if not words or words[-1] in _ABOUT or words[0] in ("no", "without"):
        return NONE
    if _PHRASES.search(name.lower()):
        return STRONG
    return max(_grade_anywhere(words), _grade_last(words)) or (NONE if _VENDORS.isdisjoint(words) else OPAQUE)


def is_password(name: str) -> bool:
    """Whether people choose the value."""
    return name.lower().rstrip("_0123456789").endswith((*_PASSWORDS, "pw"))


def strip_accents(name: str) -> str:
    """The name in letters without accents."""
    decomposed = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    return unicodedata.normalize("NFC", "".join(sign for sign in decomposed if not 0x300 <= ord(sign) < 0x370))


def _grade_anywhere(words: list[str]) -> int:
    for at, word in enumerate(words):
        if word.endswith(_PASSWORDS) or word in _ANYWHERE:
            return STRONG
        if word.endswith(_GLUED_KEYS) and word not in _HARMLESS["key"]:
            return STRONG
        if at and ((words[at - 1], word) in _PAIRS or words[at - 1] in _OWNERS and word in ("key", "keys")):
            return STRONG
    return NONE


def _grade_last(words: list[str]) -> int:
    end = len(words)
    while end > 1 and (words[end - 1] in _QUALIFIERS or words[end - 1].isdigit()) and words[end - 1] not in _LAST:
        end -= 1
    word = words[end - 1]
    before = words[end - 2] if end > 1 else ""
    if before.isdigit() and end > 2:
        before = words[end - 3] + before
    if word not in _LAST and (not word.endswith(w.LAST_ENDINGS) or word in w.NO_SECRETS):
        return NONE
    single = word.removesuffix("s") if word in ("keys", "tokens", "secrets", "cookies") else word
    if before in _HARMLESS.get(single, ()):
        return NONE
    if single == "key" and not before:
        return WEAK if end < len(words) and words[end].isdigit() else NONE
    is_owned = single == "key" and before or word == "tokens" and before in _OWNERS
    return WEAK if word in _WEAK and not is_owned else STRONG
