"""The corpus: kinds of secrets from the files of this folder, planted in every spot, and values that are none."""
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .values import fill

HERE = Path(__file__).parent
SEED = 20261126
_SECRET = re.compile("«(.*?)»", re.S)
# How a telling name and its value may stand, in each of these.
_SHAPES = ("{name}={value}", '{name}: "{value}"', '"{name}": "{value}"', "--{name} {value}", '{{"{name}": "{value}"}}',
           "--{name}={value}", "{name} = '{value}'")


class Planted(NamedTuple):
    """A text that holds secrets; `group` and `kind` are those of the figures."""
    group: str
    kind: str
    text: str
    secrets: tuple[str, ...]


def planted() -> Iterator[Planted]:
    yield from _from_formats()
    yield from _from_names()
    yield from _from_contexts()


def harmless() -> list[str]:
    return [_unescape(line) for line in _lines("harmless.txt")]


def _from_formats() -> Iterator[Planted]:
    for group, line in _sections("formats.txt"):
        kind, template = line.split(" | ", 1)
        yield _plant(f"formats, {group}", kind, template if "«" in template else f"«{template}»")


def _from_names() -> Iterator[Planted]:
    for group, line in _sections("names.txt"):
        for name in line.split():
            values = ("{opaque}", "{symbols}") if group == "weak" else ("{pw}", "{opaque}", "{plain}", "{hex:32}")
            for number, shape in enumerate(_SHAPES):
                value = values[number % len(values)]
                yield _plant(f"names, {group}", name, shape.format(name=name, value=f"«{value}»"), number)


def _from_contexts() -> Iterator[Planted]:
    for group, line in _sections("contexts.txt"):
        yield _plant(f"contexts, {group}", line, line)


def _plant(group: str, kind: str, template: str, number: int = 0) -> Planted:
    rng = random.Random(f"{SEED} {kind} {template} {number}")
    text = fill(_unescape(template), rng)
    return Planted(group, kind, _SECRET.sub(r"\1", text), tuple(_SECRET.findall(text)))


def _unescape(line: str) -> str:
    return re.sub(r"\\([nt\\])", lambda escape: {"n": "\n", "t": "\t", "\\": "\\"}[escape[1]], line)


def _sections(name: str) -> Iterator[tuple[str, str]]:
    section = ""
    for line in _lines(name):
        heading = re.fullmatch(r"\[([\w ]+)\]", line)
        if heading:
            section = heading[1]
        else:
            yield section, line


def _lines(name: str) -> Iterator[str]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("# "):
            yield line
