"""The demos of one part each, by the names that `demo` takes: a module here, with `add_arguments` and `run`."""
from ..parsers import Command
from .model import command as model
from .notebooks import command as notebooks
from .schedule import command as schedule

DEMOS: dict[str, Command] = {"schedule": schedule, "model": model, "notebooks": notebooks}
