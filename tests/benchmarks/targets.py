"""What the figures of a run have to be, mostly as ratios: a slow machine is slow for every column. Pure."""
from collections.abc import Mapping
from dataclasses import dataclass

from .columns import COLUMNS, FUNCTIONS
from .figures import Figures
from .measures import Growth

MOST_REQUESTS = 5  # the run, its parent, its details, its log files, the record
MOST_REQUESTS_SIBLINGS = 4.5  # half of the steps of a running pipeline find that another has read it
MOST_TIMES_LIMIT = 1.12
MOST_TIMES_LIMIT_P95 = 1.25
LEAST_SHARE_OF_LIMIT = 0.7
LEAST_TIMES_FASTER = 22
LEAST_TIMES_MORE = 60
MOST_BATCH_SECONDS = 1.5
# What a worker may grow: after 100 events its pools of threads and connections still fill up to their size. One more
# thread every hundred events, or 10 KB more for each, would be far beyond it.
MOST_TIMES_MEMORY = 1.25
MOST_TIMES_THREADS = 1.5
MOST_EXPONENT = 1.15  # linear is 1; the rest is what other work on the machine may add

_Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Target:
    """`wanted` and `measured` as they are to be read."""

    what: str
    wanted: str
    measured: str
    is_met: bool


def judge(figures: Mapping[str, Figures], growth: Mapping[str, Growth]) -> list[Target]:
    """Of all targets those that the figures are for: a quick run has no worker that is old enough to have grown."""
    values = {column: {name: figure.value for name, figure in found.items()} for column, found in figures.items()}
    return [
        *(target for name in FUNCTIONS for target in _judge(name, values)),
        *(_at_most(f"CPU time over {name.replace('_', ' ')}, exponent", MOST_EXPONENT, grown.exponent)
          for name, grown in growth.items())]


def _judge(name: str, values: Mapping[str, _Values]) -> list[Target]:
    """A column of the function, against the others."""
    own, naive, limit, goals = values[name], values["naive"], values["limit"], COLUMNS[name].goals
    assert goals
    return [
        _at_most(f"{name}: HTTP requests per event", MOST_REQUESTS, own["requests_per_event"]),
        _at_most(f"{name}: HTTP requests per event, siblings", MOST_REQUESTS_SIBLINGS,
                 own["requests_per_event_siblings"]),
        _at_most(f"{name}: latency p50, times the limit's", MOST_TIMES_LIMIT,
                 own["latency_ms_p50"] / limit["latency_ms_p50"]),
        _at_most(f"{name}: latency p95, times the limit's", MOST_TIMES_LIMIT_P95,
                 own["latency_ms_p95"] / limit["latency_ms_p95"]),
        _at_least(f"{name}: latency p50, times shorter than naive's", LEAST_TIMES_FASTER,
                  naive["latency_ms_p50"] / own["latency_ms_p50"]),
        _at_least(f"{name}: events per second, times the limit's", LEAST_SHARE_OF_LIMIT,
                  own["events_per_second"] / limit["events_per_second"]),
        _at_least(f"{name}: events per second, times naive's one at a time", LEAST_TIMES_MORE,
                  own["events_per_second"] / naive["events_per_second"]),
        _at_most(f"{name}: CPU ms per event", goals.most_cpu_ms, own["cpu_ms_per_event"]),
        _at_most(f"{name}: seconds for a batch of 100", MOST_BATCH_SECONDS, own["batch_seconds"]),
        _at_most(f"{name}: first record, seconds", goals.most_first_record_seconds, own["first_record_seconds"]),
        *_judge_age(name, own)]


def _judge_age(name: str, own: _Values) -> list[Target]:
    if "rss_mb_10000" not in own:
        return []
    return [
        _at_most(f"{name}: resident MB after 10,000 events, times after 100", MOST_TIMES_MEMORY,
                 own["rss_mb_10000"] / own["rss_mb_100"]),
        _at_most(f"{name}: threads after 10,000 events, times after 100", MOST_TIMES_THREADS,
                 own["threads_10000"] / own["threads_100"])]


def _at_most(what: str, bound: float, measured: float) -> Target:
    return Target(what, f"at most {bound:g}", f"{measured:.2f}", measured <= bound)


def _at_least(what: str, bound: float, measured: float) -> Target:
    return Target(what, f"at least {bound:g}", f"{measured:.2f}", measured >= bound)
