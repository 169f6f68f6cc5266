"""Imports without the search for garbage: large libraries make hundreds of thousands of objects and no garbage, and to
look through all of them again and again takes a fifth of the time of a start."""
import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_importing = 0


@contextmanager
def swift_imports() -> Iterator[None]:
    """What is there when the last one leaves stays for good, and is not looked through by later searches either."""
    global _importing
    with _lock:
        _importing += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _importing -= 1
            if not _importing:
                gc.freeze()
                gc.enable()
