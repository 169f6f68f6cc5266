"""The demos of one part each, by the names that `demo` takes: a module here, with `add_arguments` and `run`."""
from ..parsers import Command

DEMOS: dict[str, Command] = {}
