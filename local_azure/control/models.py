"""What happens to requests on their way to a service: they are counted, slowed down, or answered with a fault instead.

A route is named as the service declares it, for instance `GET /subscriptions`, so that counts do not depend on ids.
"""
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer in place of the service's, for the next `times` requests. An empty route means every route."""

    service: str
    status: int
    route: str = ""
    times: int = 1
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def concerns(self, service: str, route: str) -> bool:
        return self.service == service and self.route in ("", route)


class Traffic:
    """Counts, latency and faults of all services; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forgets counts, latency and faults."""
        with self._lock:
            self._counts: Counter[str] = Counter()
            self._latency_seconds: dict[str, float] = {}
            self._faults: list[Fault] = []

    def count(self, service: str, route: str) -> None:
        with self._lock:
            self._counts[f"{service} {route}"] += 1

    def counts(self) -> dict[str, int]:
        """Requests by service and route, since the start or the last reset."""
        with self._lock:
            return dict(sorted(self._counts.items()))

    def slow_down(self, seconds: float, service: str = "") -> None:
        """Every request of the service, or of all services, waits this long before it is answered."""
        with self._lock:
            self._latency_seconds[service] = seconds

    def latency_seconds(self, service: str) -> float:
        with self._lock:
            return self._latency_seconds.get(service, self._latency_seconds.get("", 0.0))

    def inject(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def take_fault(self, service: str, route: str) -> Fault | None:
        """The oldest fault that concerns the request; it has one request less to go."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if fault.concerns(service, route):
                    self._faults[index:index + 1] = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                    return fault
            return None
