"""What the smoke tests take as arguments and as secrets; what is none is refused before anybody is asked."""
import argparse
import math
import os
import re
import urllib.parse
from collections.abc import Iterable

MOST_SECONDS = 86_400.0

_SEEN = re.compile("[!-~]+")  # what an address or a header of HTTP can have: no spaces, no line breaks, ASCII alone


def parse_url(text: str) -> str:
    try:
        parts = urllib.parse.urlsplit(text)
        is_url = bool(_SEEN.fullmatch(text) and parts.hostname and parts.hostname.encode("idna")) and parts.port != 0
    except ValueError:  # a bracket that is not closed, a port that is no number, a name with nothing between two dots
        is_url = False
    if not text.startswith("https://"):
        raise argparse.ArgumentTypeError(f"{text!r} does not begin with https://")
    if not is_url:
        raise argparse.ArgumentTypeError(f"{text!r} is no address such as https://APP.azurewebsites.net")
    return text


def parse_seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0 and up to {MOST_SECONDS:.0f}")
    return seconds


def parse_name(text: str) -> str:
    """A name that goes into a header."""
    if text and not _SEEN.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no name: it has a space, a line break, or no ASCII")
    return text


def parse_resource_id(text: str) -> str:
    if not text.startswith("/subscriptions/"):
        raise argparse.ArgumentTypeError(f"{text!r} does not begin with /subscriptions/")
    return text


def check_secrets(parser: argparse.ArgumentParser, needed: Iterable[str], optional: Iterable[str] = ()) -> None:
    """Ends the program where a variable of the environment is not there, or is nothing that HTTP can send."""
    values = {name: os.environ.get(name, "") for name in (*needed, *optional)}
    if missing := [name for name in needed if not values[name]]:
        parser.error(f"{' and '.join(missing)} not set: put the secret into the environment")
    if strange := [name for name, value in values.items() if value and not _SEEN.fullmatch(value)]:
        parser.error(f"{' and '.join(strange)}: a space, a line break or a letter that is not ASCII is in it: put the "
                     "secret alone into the environment")
