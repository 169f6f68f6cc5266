"""Values of a fixed seed: what a template says in braces. No file here holds anything that looks like a real secret."""
import random
import re
import string

_LOWER, _UPPER, _DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
_ALPHABETS = {
    "hex": "0123456789abcdef", "HEX": "0123456789ABCDEF", "low": _LOWER + _DIGITS, "up": _UPPER + _DIGITS, "d": _DIGITS,
    "a": _LOWER + _UPPER, "lower": _LOWER, "b62": _LOWER + _UPPER + _DIGITS, "b64": _LOWER + _UPPER + _DIGITS + "+/",
    "url": _LOWER + _UPPER + _DIGITS + "-_", "word": _LOWER + _UPPER + _DIGITS + "_", "b32": _LOWER + "234567",
    "B32": _UPPER + "234567", "bech": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"}
_WORDS = """swordfish copper lantern meadow orbit pickle quartz saddle timber umbrella velvet walnut zephyr anchor
    biscuit candle""".split()
_FIELD = re.compile(r"\{(\w+)(?::(\d+))?\}")


def fill(template: str, rng: random.Random) -> str:
    """The template with each field made up: `{b62:36}`, `{guid}`, `{pw}`."""
    return _FIELD.sub(lambda field: _make(field, rng), template)


def _make(field: re.Match[str], rng: random.Random) -> str:
    if field[1] in _ALPHABETS:
        return _random(field[1], int(field[2]), rng)
    return _MADE[field[1]](rng) if field[1] in _MADE else field[0]


def _random(kind: str, length: int, rng: random.Random) -> str:
    """With a digit, and a letter of each case, where the alphabet has them: so that it could not be a word."""
    alphabet = _ALPHABETS[kind]
    while True:
        text = "".join(rng.choice(alphabet) for _ in range(length))
        if length < 8 or all(set(text) & set(part) or not set(alphabet) & set(part)
                             for part in (string.digits, string.ascii_lowercase, string.ascii_uppercase)):
            return text


def _guid(rng: random.Random) -> str:
    return "-".join(_random("hex", length, rng) for length in (8, 4, 4, 4, 12))


def _password(rng: random.Random) -> str:
    return rng.choice(_WORDS).capitalize() + _random("d", 3, rng) + rng.choice("!_-.") + _random("b62", 5, rng)


def _symbols(rng: random.Random) -> str:
    first, second = rng.choice("!#%^*+"), rng.choice("$@~?")
    return _random("b62", 6, rng) + first + _random("b62", 4, rng) + second + _random("b62", 3, rng)


def _two_words(rng: random.Random) -> str:
    return f"{rng.choice(_WORDS)} {_random('low', 7, rng)} {rng.choice(_WORDS)}"


def _plain(rng: random.Random) -> str:
    return rng.choice(_WORDS) + rng.choice(_WORDS)


def _opaque(rng: random.Random) -> str:
    return _random("b62", 22, rng)


def _jwt(rng: random.Random) -> str:
    return f"ey" f"J{_random('url', 30, rng)}.ey" f"J{_random('url', 60, rng)}.{_random('url', 43, rng)}"


_MADE = {"guid": _guid, "pw": _password, "words": _two_words, "opaque": _opaque, "symbols": _symbols, "plain": _plain,
         "jwt": _jwt}
