"""What happens to requests on their way to a service: they are counted, slowed down, or answered with a fault instead.

A route is named as the service declares it, for instance `GET /subscriptions`, so that counts do not depend on ids.
"""
import random
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

KINDS = ("answer", "hang", "reset", "half", "part")
UNKNOWN_ROUTE = "(unknown route)"


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the next `times` requests instead of what should. An empty route means every route.

    By `kind`: `answer` with the status, headers and body; `hang` for some seconds, then break the connection; `reset`
    it at once; answer `half`, then break it; let the service take all telemetry items but the first, for which `part`
    answers with the status. Raises ValueError for what cannot be.
    """

    service: str
    status: int = 500
    kind: str = "answer"
    route: str = ""
    seconds: float = 0.0
    times: int = 1
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not all(isinstance(text, str) for text in (self.service, self.route, self.body)):
            raise ValueError("service, route and body must be texts")
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {self.kind!r}")
        if not isinstance(self.seconds, (int, float)) or not 0 <= self.seconds <= 60:
            raise ValueError(f"seconds must be a number from 0 to 60, not {self.seconds!r}")
        if not isinstance(self.status, int) or not 200 <= self.status <= 599:
            raise ValueError(f"status must be a number from 200 to 599, not {self.status!r}")
        if not isinstance(self.times, int) or self.times < 1:
            raise ValueError(f"times must be a whole number above 0, not {self.times!r}")
        if not isinstance(self.headers, Mapping) or not all(isinstance(text, str) for text in self.headers.values()):
            raise ValueError("headers must be texts by name")

    def concerns(self, service: str, route: str) -> bool:
        return self.service == service and self.route in ("", route)


class Traffic:
    """Counts, latency and faults of the services that were added; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._routes: dict[str, set[str]] = {}
        self.reset()

    def add(self, service: str, routes: Iterable[str]) -> None:
        """The service goes through here from now on, and so do requests to these routes of it."""
        with self._lock:
            self._routes.setdefault(service, {"", UNKNOWN_ROUTE}).update(routes)

    def reset(self) -> None:
        """Forgets counts, latency and faults."""
        with self._lock:
            self._counts: Counter[str] = Counter()
            self._latency_seconds: dict[str, float] = {}
            self._faults: list[Fault] = []
            self._disturbances: tuple[Fault, ...] = ()
            self._disturbed_share = 0.0

    def count(self, service: str, route: str) -> None:
        with self._lock:
            self._counts[f"{service} {route}"] += 1

    def counts(self) -> dict[str, int]:
        """Requests by service and route, since the start or the last reset."""
        with self._lock:
            return dict(sorted(self._counts.items()))

    def slow_down(self, seconds: float, service: str = "") -> None:
        """Every request of the service, or of all services, waits this long before it is answered.

        Raises ValueError for anything but a length of time and the name of a service.
        """
        if not isinstance(seconds, (int, float)) or not 0 <= seconds < float("inf"):
            raise ValueError(f"seconds must be a number from 0 up, not {seconds!r}")
        if not isinstance(service, str):
            raise ValueError(f"service must be a text, not {service!r}")
        if service:
            self._check(service)
        with self._lock:
            self._latency_seconds[service] = seconds

    def latency_seconds(self, service: str) -> float:
        with self._lock:
            return self._latency_seconds.get(service, self._latency_seconds.get("", 0.0))

    def inject(self, fault: Fault) -> None:
        """Raises ValueError for a service or a route that there is not: no request would ever meet the fault."""
        self._check(fault.service, fault.route)
        with self._lock:
            self._faults.append(fault)

    def disturb(self, share: float, faults: Sequence[Fault]) -> None:
        """From now on this share of the requests, from 0 to 1, meets one of the faults for its service, at random.

        Raises ValueError as `inject` does.
        """
        for fault in faults:
            self._check(fault.service, fault.route)
        with self._lock:
            self._disturbed_share, self._disturbances = share, tuple(faults)

    def take_fault(self, service: str, route: str) -> Fault | None:
        """The oldest fault that concerns the request; it has one request less to go. Else a disturbance by chance."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if fault.concerns(service, route):
                    self._faults[index:index + 1] = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                    return fault
            suitable = [fault for fault in self._disturbances if fault.concerns(service, route)]
            return random.choice(suitable) if suitable and random.random() < self._disturbed_share else None

    def _check(self, service: str, route: str = "") -> None:
        with self._lock:
            services = sorted(self._routes)
            routes = sorted(self._routes.get(service, ()))
        if service not in services:
            raise ValueError(f"service must be one of {', '.join(services)}, not {service!r}")
        if route not in routes:
            raise ValueError(f"route must be one of {', '.join(filter(None, routes))}, not {route!r}")
