"""How much work something is, counted in calls: the same on every machine, and however busy that is."""
import sys
from collections.abc import Callable


def count_calls(work: Callable[[], object]) -> int:
    calls = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls
