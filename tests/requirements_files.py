"""The requirements files of the project, as pip reads them: what is asked for, and what it was compiled to."""
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parents[1]
FILES = ("src/requirements", "local_azure/requirements", "devops_pipelines/requirements", "tests/requirements",
         "local_azure/worker_requirements")
# Installed into environments of their own, so that a package may have another version there.
APART = ("local_azure/machine_learning/online_endpoints/server_requirements",)

_PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[([\w,-]+)\])?==([^\s;]+)(?: ; ([^\\]+))?"
                  r"((?: \\\n +--hash=sha256:[0-9a-f]{64})*)\n +# via (.*)\n")


@dataclass(frozen=True, slots=True)
class Pin:
    """`extras` are those that are pinned with it; `reasons` are the packages that need it, and `-r FILE` for a file
    that asks for it."""

    name: str
    extras: tuple[str, ...]
    version: str
    marker: str
    hashes: tuple[str, ...]
    reasons: tuple[str, ...]


def asked_for(text: str) -> list[Requirement]:
    """The requirements of a .in file."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def pins(text: str) -> list[Pin]:
    """What a compiled file installs. Raises ValueError for lines that are nothing that `make lock` writes."""
    body = re.sub(r"\A(?:#.*\n)+", "", text)
    if left := _PIN.sub("", body).strip():
        raise ValueError(f"not compiled: {left.splitlines()[0]}")
    return [Pin(canonicalize_name(name), tuple(filter(None, extras.split(","))), version, (marker or "").strip(),
                tuple(re.findall(r"sha256:\w+", hashes)), tuple(via.split(", ")))
            for name, extras, version, marker, hashes, via in _PIN.findall(body)]


def out_of_date(name: str, asked: str, compiled: str) -> Iterator[str]:
    """What `make lock` would change in a compiled file, as far as that can be told without a package index."""
    found = {pin.name: pin for pin in pins(compiled)}
    wanted = {canonicalize_name(one.name): one for one in asked_for(asked)}
    for package, requirement in wanted.items():
        pin = found.get(package)
        if pin is None or not requirement.specifier.contains(pin.version, prereleases=True):
            yield f"{requirement} is pinned to {pin.version if pin else 'nothing'}"
        elif f"-r {name}.in" not in pin.reasons:
            yield f"{requirement} was not asked for when this was compiled"
    for package, pin in found.items():
        if f"-r {name}.in" in pin.reasons and package not in wanted:
            yield f"{package} is asked for no more"
