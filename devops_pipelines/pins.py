"""The pinned requirements of an app, as `make lock` writes them, and what is left of them without one of them. Pure."""
import re

from packaging.utils import canonicalize_name

_PIN = re.compile(r"^(?P<name>[\w.-]+).*==.*\n(?: +--hash.*\n)*(?: +# via (?P<reasons>.*)\n)?", re.MULTILINE)
_ASKED_FOR = "-r "


class NeededError(ValueError):
    """A package cannot be left out; the message says why."""


def leave_out(package: str, text: str) -> str:
    """The requirements without the package and without what nothing else needs; who needs what stands in their notes.

    Raises NeededError where it is not among them, or another package needs it.
    """
    left_out = canonicalize_name(package)
    pins = list(_PIN.finditer(text))
    reasons: dict[str, list[str]] = {}  # of a package that stands there with an extra too, those of both
    for pin in pins:
        reasons.setdefault(canonicalize_name(pin["name"]), []).extend((pin["reasons"] or _ASKED_FOR).split(", "))
    if left_out not in reasons:
        raise NeededError(f"{package} is not among the requirements")
    kept: set[str] = set()
    while more := {name for name in reasons.keys() - kept - {left_out}
                   if any(reason.startswith(_ASKED_FOR) or reason in kept for reason in reasons[name])}:
        kept |= more
    if needing := sorted(kept.intersection(reasons[left_out])):
        raise NeededError(f"{package} is needed by {', '.join(needing)}")
    return "".join(pin[0] for pin in pins if canonicalize_name(pin["name"]) in kept)
