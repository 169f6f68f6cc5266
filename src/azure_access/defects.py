"""What the host is told of a function that fails: it logs the text, what led to it, and every line of both."""
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import MonitorError, UnexpectedError


def describe_defect(exc: Exception, of: str = "app", next_step: str = "") -> UnexpectedError:
    """Where it happened, but not its text, which may quote what was read; `next_step` is what becomes of the call."""
    place = traceback.extract_tb(exc.__traceback__)[-1]
    return UnexpectedError(f"{type(exc).__name__} in {place.name}, line {place.lineno} of {Path(place.filename).name}: "
                           f"a defect of the {of}; {next_step}please report it")


@contextmanager
def telling_the_host() -> Iterator[None]:
    """Lets out nothing but an error of this app, by itself: what led to it may quote what was read."""
    try:
        yield
    except MonitorError as exc:
        raise exc from None
    except Exception as exc:
        raise describe_defect(exc) from None
