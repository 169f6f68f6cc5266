"""A text through all stations: the places that have to go.

Most texts of a run are ids, dates, paths and words. What the stations need is looked for first, all at once, so that
such texts cost little.
"""
import re
from collections.abc import Iterator

from .arguments import command_lines, pipes
from .decode.embedded import find_embedded
from .decode.escapes import decode, is_encoded
from .decode.islands import find_islands
from .decode.views import View, plain
from .formats import anchored, blocks, opaque, prefixes, urls
from .places import REDACTED, Place, merge
from .shapes import calls, declared, found_names, html_tables, scanner, tables
from .tries import any_of

_SHORTEST = 6         # characters of a text that can hold a name and a secret
_SHORTEST_TOKEN = 16
_MASK = "\ue000"      # of private use: no letter, no space
_NAMES_NOTHING = re.compile(r"[\w./-]*", re.ASCII)  # without a sign between name and value
_HARMLESS = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\d{4}-\d\d-\d\d[T ][\d:.+Z]{5,30}|[A-Za-z]{1,23}"
                       r"|[\d.,:/ -]*")
_WORDS = re.compile(any_of([*found_names.ROOTS, *calls.CALLED, *declared.SIGNS, "://", "==", "?", "&", "sudo -s"]))

_clean: set[str] = set()  # runs say the same things again and again; secrets are not kept
_CLEAN_TEXTS = 5_000
_LONGEST_CLEAN = 300  # the page of a run, which a record has more than once, is 200 to 250


def find_places(text: str, depth: int = 0) -> list[Place]:
    """The places of secrets, in order and apart from each other. `depth` counts the encoded texts around this one."""
    if len(text) < _SHORTEST or text in _clean:
        return []
    places = [] if _HARMLESS.fullmatch(text) else _find_places(text, depth)
    if not places and not depth and len(text) <= _LONGEST_CLEAN:  # deep inside of encoded texts less is looked for
        if len(_clean) >= _CLEAN_TEXTS:
            _clean.clear()
        _clean.add(text)
    return places


def _find_places(text: str, depth: int) -> list[Place]:
    if _NAMES_NOTHING.fullmatch(text):
        return list(merge(_find_tokens(text, depth))) if len(text) >= _SHORTEST_TOKEN else []
    if REDACTED in text:
        text = text.replace(REDACTED, _MASK * len(REDACTED))
    places = list(urls.find_signed(text))
    for place in places:
        behind = _MASK * (place.end - place.start) + text[place.end:] if place.end < len(text) else _MASK
        text = text[:place.start] + behind
    view = decode(text) if is_encoded(text) else None
    if view and view.outer:
        places += [_outside(view, place) for place in _find_tokens(view.text, depth)]
    else:
        places += _find_tokens(text, depth)
    places += _find_words(view or plain(text))
    return list(merge(places)) if places else places


def _outside(view: View, place: Place) -> Place:
    start, end = view.origin(place.start, place.end)
    return place._replace(start=start, end=end)


def _find_words(view: View) -> Iterator[Place]:
    """What needs a name, a command or a word of a format."""
    low = found_names.lower(view.text)
    has_command = command_lines.may_hold_command(low)
    if not _WORDS.search(low) and not has_command:
        return
    if found_names.may_hold_name(low):
        yield from _find_named(view, low)
    if has_command:
        yield from command_lines.find(view, low)
    yield from pipes.find(view, low)
    yield from calls.find(view, low)
    yield from declared.find(view, low)
    yield from (_outside(view, place) for place in [*urls.find_signed(view.text), *urls.find(view.text, low)])
    if view.outer:
        original = view.original()
        yield from urls.find(original, original.lower())  # where what is encoded in a password is no end of it


def _find_named(view: View, low: str) -> Iterator[Place]:
    """In the whole text, and in each text of several lines that stands in it."""
    islands = list(find_islands(view)) if view.outer else []
    yield from scanner.find(view, low, islands)
    yield from tables.find_inserts(view, low)
    yield from tables.find(view, low)
    for start, end in islands:
        if found_names.may_hold_name(low[start:end]):
            island = view.cut(start, end)
            yield from scanner.find(island, low[start:end])
            yield from tables.find(island, low[start:end])
    yield from html_tables.find(view, low)


def _find_tokens(text: str, depth: int) -> Iterator[Place]:
    """What is known by its characters alone."""
    if len(text) < _SHORTEST_TOKEN:
        return
    yield from prefixes.find(text)
    yield from anchored.find(text)
    yield from opaque.find(text)
    yield from blocks.find(text)
    yield from find_embedded(text, depth, find_places)
