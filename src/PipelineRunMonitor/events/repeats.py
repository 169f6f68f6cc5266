"""Event Grid delivers at least once: the events this worker has recorded, so that a repeat is not recorded again."""
import threading
from collections import OrderedDict

from azure_access.errors import InFlightError

_REMEMBERED = 10_000  # about a megabyte; repeats come within minutes


class RecordedEvents:
    """Keys of events being recorded and of the latest that were; safe to use from many threads."""

    def __init__(self, remembered: int = _REMEMBERED):
        self._remembered = remembered
        self._recorded: OrderedDict[bytes, None] = OrderedDict()
        self._in_flight: set[bytes] = set()
        self._lock = threading.Lock()

    def begin(self, key: bytes) -> bool:
        """Whether the event is to be recorded now. Every True is followed by one `end`.

        Raises InFlightError while another invocation records it: should that one fail, success here loses the event.
        """
        with self._lock:
            if key in self._in_flight:
                raise InFlightError("another invocation is recording the same event; Event Grid delivers it again")
            if key in self._recorded:
                return False
            self._in_flight.add(key)
            return True

    def end(self, key: bytes, *, recorded: bool) -> None:
        with self._lock:
            self._in_flight.discard(key)
            if recorded:
                self._recorded[key] = None
                if len(self._recorded) > self._remembered:
                    self._recorded.popitem(last=False)
