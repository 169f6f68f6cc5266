"""Names in a text: where the words of secret names stand, and how far the name around each goes."""
import re
from collections.abc import Iterator
from typing import NamedTuple

from ..decode.views import View
from ..names import words
from ..names.grading import NONE, STRONG, grade
from ..tries import any_of

# Every secret name holds one of these; with a $, only where no letter stands behind it.
ROOTS = [*"""pass pwd psw psswd secret token key cred auth cookie conn parol senha wacht haslo has\u0142o losenord
    l\xf6senord adgang heslo jelsz salas sifre \u015fifre kennw losung contrase lozin slapta geslo clave chiav chave
    schl\xfcssel schlussel schluessel segret segred geheim jeton zugang anmelde sleutel klucz nyckel n\xf8kkel
    anahtar llave mnemonic assertion signature identified securestring secureobject recovery backup
    azureml.parameters kha khau kh\u1ea9u bearer phrase pincode seed identity motde mot$ salt$ cle$ cl\xe9$ cles$
    cl\xe9s$ psk$ pat$ pw$ sas$ sig$ jwt$ otp$ mdp$ pin$ sensitive verification security confirmation
    \u0645\u0631\u0648\u0631 \u0627\u0644\u0633\u0631""".split(),
         *(word for word in words.PASSWORDS if not word.isascii()),
         *(vendor + "$" for vendor in words.VENDORS)]
HIT = re.compile(any_of(ROOTS))

# A text that means something has not as many words of secret names, and each takes time.
_MOST_WORK = 80_000
_WORK_OF_A_NAME = 3
_LONGEST = 100  # characters on each side of the word
_BEFORE = re.compile(r"[\w.$-]*")  # read from right to left
_AFTER = re.compile(r"[\w.-]*(?:(?<=\.)\{\w{1,40}\}\.[\w.-]*)?")
_FIRST_TOGETHER = "\u2e80"  # from here on, languages write words together: a name ends where its last word does
_BEFORE_TOGETHER = re.compile("[\u2e80-\ud7ff]*[A-Za-z0-9_]{0,20}")
_WORDS_BEFORE = re.compile(r"(?:[\w'\u2019]+[ _-]){1,3}\Z")
_WORDS_BEHIND = re.compile(r"(?:[ '\u2019-](?:d['\u2019])?[^\W\d_]{1,20}){1,3}")
_REACH_OF_WORDS = 30
_NEXT_WORD = re.compile(r" ([A-Za-z]{2,12})(\s?:)?(?![\w-])")
_GO_ON = frozenset("key keys token value string code phrase word secret text header".split())
_TOLD = frozenset(("used",))  # `API key used: x`
_KEYS = frozenset(("key", "keys"))


class Name(NamedTuple):
    """`text` is what was graded, without the dashes of an option; `start` and `end` are those of all of it."""
    text: str
    grade: int
    start: int
    end: int
    is_option: bool


def lower(text: str) -> str:
    """In lower case, each character where it was."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)


def may_hold_name(low: str) -> bool:
    """Whether a text, given in lower case, has a word that secret names are made of."""
    return HIT.search(low) is not None


def find_names(view: View, low: str) -> Iterator[Name]:
    """Every secret name, from left to right; when there are too many, what is left of the text as a name without text.

    `low` is the view's text as `lower` gives it.
    """
    end, work = 0, 0
    for hit in HIT.finditer(low):
        work += 1
        if work > _MOST_WORK:
            yield Name("", STRONG, max(end, hit.start()), len(low), False)
            return
        if hit.start() >= end:
            name = _read_around(view, hit.start(), hit.end(), end)
            end = name.end
            if name.grade > NONE:
                work += _WORK_OF_A_NAME
                yield name


def _read_around(view: View, start: int, end: int, floor: int) -> Name:
    text = view.text
    is_together = text[start] >= _FIRST_TOGETHER
    before = (_BEFORE_TOGETHER if is_together else _BEFORE).match(text[max(floor, start - _LONGEST):start][::-1])
    start -= before.end() if before else 0
    after = None if is_together else _AFTER.match(text, end, end + _LONGEST)
    end = after.end() if after else end
    while text[end - 1] in ".-" and end > start:
        end -= 1
    whole = text[start:end]
    name = whole.lstrip("-.$")
    found = Name(name, grade(name), start, end, whole.startswith("-"))
    if found.grade > NONE:
        return _read_on(text, found)
    letter = view.letter(start - 1) if start else ""
    if letter and grade(letter + name) > NONE:
        return found._replace(text=letter + name, grade=grade(letter + name))
    return _read_spaced(text, found, floor)


def _read_on(text: str, name: Name) -> Name:
    """`secret key`, `token value` are the secret; `token count:`, `secret name:` are about it."""
    behind = None if name.is_option else _NEXT_WORD.match(text, name.end)
    word = behind[1].lower() if behind else ""
    if behind and word in _GO_ON:
        return name._replace(end=behind.end(1))
    is_about = behind and behind[2] and word in words.ABOUT and word not in _TOLD
    return name._replace(grade=NONE) if is_about else name


def _read_spaced(text: str, name: Name, floor: int) -> Name:
    """Names of several words: `account key`, `mot de passe`."""
    if text[name.start - 1:name.start] in (" ", "'", "\u2019"):
        found = _WORDS_BEFORE.search(text, max(floor, name.start - _REACH_OF_WORDS), name.start)
        before = found[0].split(" ")[:-1] if found else []
        for count in range(1, len(before) + 1):
            spaced = " ".join([*before[-count:], name.text])
            if grade(spaced) == STRONG and _is_pair(spaced):
                return name._replace(text=spaced, grade=STRONG)
    behind = _WORDS_BEHIND.match(text, name.end)
    for end in _ends_of_words(behind[0]) if behind else ():
        spaced = text[name.start:name.end + end]
        if grade(spaced) == STRONG and _is_pair(spaced):
            return name._replace(text=spaced, grade=STRONG, end=name.end + end)
    return name


def _ends_of_words(text: str) -> list[int]:
    return [word.end() for word in re.finditer(r"\w+", text)]


def _is_pair(spaced: str) -> bool:
    """Owners of keys and pairs of words, not any word that happens to stand before `key`."""
    parts = [part.strip("'\u2019") for part in spaced.lower().split()]
    return parts[-1] not in _KEYS or parts[-2] in words.KEY_OWNERS
