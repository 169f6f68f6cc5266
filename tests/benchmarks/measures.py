"""What is measured, and the statistics of it. Pure."""
import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Round:
    """Some events, recorded by one subject: how long each took, all together, and at what cost.

    `cpu_seconds` are those of the subject's process, `requests` are counts by service and route.
    """

    latencies_ms: tuple[float, ...]
    seconds: float
    cpu_seconds: float
    requests: Mapping[str, int] = field(default_factory=dict)

    @property
    def events(self) -> int:
        return len(self.latencies_ms)

    @property
    def events_per_second(self) -> float:
        return self.events / self.seconds

    @property
    def cpu_ms_per_event(self) -> float:
        return self.cpu_seconds * 1000 / self.events

    @property
    def requests_per_event(self) -> float:
        return sum(self.requests.values()) / self.events


def join(rounds: Sequence[Round]) -> Round:
    """As one round, whose time is that of all of them."""
    requests: Counter[str] = sum((Counter(one.requests) for one in rounds), Counter())
    return Round(tuple(latency for one in rounds for latency in one.latencies_ms), sum(one.seconds for one in rounds),
                 sum(one.cpu_seconds for one in rounds), requests)


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Seconds from before the process exists until it has imported what it needs, and until its first event is
    recorded."""

    import_seconds: float
    first_record_seconds: float


@dataclass(frozen=True, slots=True)
class Size:
    """Of a subject's process."""

    resident_mb: float
    threads: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value, and how many events or starts of a process it rests on."""

    value: float
    count: int


@dataclass(frozen=True, slots=True)
class Point:
    """What one call of the function costs where its input has this size."""

    size: int
    milliseconds: float
    cpu_milliseconds: float


@dataclass(frozen=True, slots=True)
class Growth:
    """How the cost of a call grows with its input, from the smallest size to the largest."""

    unit: str
    points: tuple[Point, ...]

    @property
    def exponent(self) -> float:
        """The slope of log CPU time over log size in the upper half, where fixed costs no longer hide it: 1 is linear.

        CPU time, because on a machine with other work the clock on the wall tells of that too.
        """
        upper = self.points[len(self.points) // 2:]
        sizes = [math.log(point.size) for point in upper]
        return statistics.linear_regression(sizes, [math.log(point.cpu_milliseconds) for point in upper]).slope


def percentile(values: Sequence[float], percent: int) -> float:
    """Between the two values nearest to it where it is none of them; `percent` from 1 to 99."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
