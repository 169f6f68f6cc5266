"""Settings as the environment has them: each by its name or by another that it goes by."""
from collections.abc import Callable, Mapping

Read = Callable[[str], str | None]


def reader(environment: Mapping[str, str], names: Mapping[str, tuple[str, ...]]) -> Read:
    """Reads a setting by its documented name; `names` has the alternatives of each. Blank is as good as not set."""
    def read(name: str) -> str | None:
        values = (environment.get(one, "").strip() for one in (name, *names[name]))
        return next((value for value in values if value), None)
    return read
