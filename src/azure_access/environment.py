"""Settings as the environment has them, each by its name or by another that it goes by, and as errors quote them."""
from collections.abc import Callable, Mapping

Read = Callable[[str], str | None]
_QUOTED = 20  # characters of a value that is wrong


def reader(environment: Mapping[str, str], names: Mapping[str, tuple[str, ...]]) -> Read:
    """Reads a setting by its documented name; `names` has the alternatives of each. Blank is as good as not set."""
    def read(name: str) -> str | None:
        values = (environment.get(one, "").strip() for one in (name, *names[name]))
        return next((value for value in values if value), None)
    return read


def quote(value: str) -> str:
    """What was put there, for an error, unless it is long: that may be a secret which belongs into another setting."""
    return repr(value) if len(value) <= _QUOTED or value.startswith("/") else f"a text of {len(value)} characters"
