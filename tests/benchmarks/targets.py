"""What the figures of a run have to be, mostly as ratios: a slow machine is slow for every subject. Pure."""
from collections.abc import Mapping
from dataclasses import dataclass

from .figures import Figures
from .measures import Growth

MOST_REQUESTS = 5  # the run, its parent, its details, its log files, the record
MOST_REQUESTS_SIBLINGS = 4.5  # half of the steps of a running pipeline find that another has read it
MOST_TIMES_LIMIT = 3
LEAST_TIMES_FASTER = 10
LEAST_TIMES_MORE = 60
MOST_CPU_MS = 15
# What a worker may grow: after 100 events its pools of threads and connections still fill up to their size. One more
# thread every hundred events, or 10 KB more for each, would be far beyond it.
MOST_TIMES_MEMORY = 1.25
MOST_TIMES_THREADS = 1.5
MOST_SECONDS_OVER_IMPORTS = 1
MOST_EXPONENT = 1.15  # linear is 1; the rest is what other work on the machine may add


@dataclass(frozen=True, slots=True)
class Target:
    """`wanted` and `measured` as they are to be read."""

    what: str
    wanted: str
    measured: str
    is_met: bool


def judge(figures: Mapping[str, Figures], growth: Mapping[str, Growth]) -> list[Target]:
    """Of all targets those that the figures are for: a quick run has no worker that is old enough to have grown."""
    naive, ours, limit = ({name: figure.value for name, figure in figures[subject].items()}
                          for subject in ("naive", "ours", "limit"))
    return [
        _at_most("HTTP requests per event", MOST_REQUESTS, ours["requests_per_event"]),
        _at_most("HTTP requests per event, siblings", MOST_REQUESTS_SIBLINGS, ours["requests_per_event_siblings"]),
        _at_most("latency p50, times the limit's", MOST_TIMES_LIMIT, ours["latency_ms_p50"] / limit["latency_ms_p50"]),
        _at_least("latency p50, times shorter than naive's", LEAST_TIMES_FASTER,
                  naive["latency_ms_p50"] / ours["latency_ms_p50"]),
        _at_least("events per second, times naive's one at a time", LEAST_TIMES_MORE,
                  ours["events_per_second"] / naive["events_per_second"]),
        _at_most("CPU ms per event", MOST_CPU_MS, ours["cpu_ms_per_event"]),
        *_judge_worker(ours),
        _at_most("first record, seconds more than naive's imports", MOST_SECONDS_OVER_IMPORTS,
                 ours["first_record_seconds"] - naive["import_seconds"]),
        *(_at_most(f"CPU time over {name.replace('_', ' ')}, exponent", MOST_EXPONENT, grown.exponent)
          for name, grown in growth.items())]


def _judge_worker(ours: Mapping[str, float]) -> list[Target]:
    if "rss_mb_10000" not in ours:
        return []
    return [
        _at_most("resident MB after 10,000 events, times after 100", MOST_TIMES_MEMORY,
                 ours["rss_mb_10000"] / ours["rss_mb_100"]),
        _at_most("threads after 10,000 events, times after 100", MOST_TIMES_THREADS,
                 ours["threads_10000"] / ours["threads_100"])]


def _at_most(what: str, bound: float, measured: float) -> Target:
    return Target(what, f"at most {bound:g}", f"{measured:.2f}", measured <= bound)


def _at_least(what: str, bound: float, measured: float) -> Target:
    return Target(what, f"at least {bound:g}", f"{measured:.2f}", measured >= bound)
