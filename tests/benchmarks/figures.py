"""The figures of a run by subject and name, and the JSON that keeps them. Pure."""
import statistics
from collections.abc import Mapping
from dataclasses import asdict

from .measures import Figure, Growth, Round, percentile
from .sections import THREADS, Results, SubjectRounds, Worker

Figures = Mapping[str, Figure]
_DIGITS = 3


def collect(results: Results) -> dict[str, Figures]:
    """By subject. The names are the keys of the JSON; what does not apply to a subject is left out."""
    figures = {name: _collect(rounds) for name, rounds in results.subjects.items()}
    naive = results.subjects["naive"]
    return {**figures,
            # A worker of Python 3.8, for which it was first written, takes one event after the other unless told
            # otherwise ("App settings reference for Azure Functions", PYTHON_THREADPOOL_THREAD_COUNT).
            "naive": {**figures["naive"], "events_per_second": _throughput(naive.warm),
                      f"events_per_second_{THREADS}_threads": _throughput(naive.burst)},
            "ours": {**figures["ours"], **_collect_worker(results.worker, results.plan.early, results.plan.late)}}


def to_json(figures: Mapping[str, Figures], growth: Mapping[str, Growth]) -> dict:
    """The values, and under `counts` on how many events or starts each rests."""
    return {
        **{subject: {name: round(figure.value, _DIGITS) for name, figure in found.items()}
           for subject, found in figures.items()},
        "growth": {name: {**asdict(grown), "exponent": round(grown.exponent, _DIGITS)}
                   for name, grown in growth.items()},
        "counts": {subject: {name: figure.count for name, figure in found.items()}
                   for subject, found in figures.items()}}


def _collect(rounds: SubjectRounds) -> Figures:
    warm, burst, starts = rounds.warm, rounds.burst, rounds.starts
    return {
        "requests_per_event": Figure(warm.requests_per_event, warm.events),
        "latency_ms_p50": Figure(percentile(warm.latencies_ms, 50), warm.events),
        "latency_ms_p95": Figure(percentile(warm.latencies_ms, 95), warm.events),
        "cpu_ms_per_event": Figure(burst.cpu_ms_per_event, burst.events),
        "events_per_second": _throughput(burst),
        "import_seconds": Figure(statistics.median(start.import_seconds for start in starts), len(starts)),
        "first_record_seconds": Figure(statistics.median(start.first_record_seconds for start in starts), len(starts))}


def _collect_worker(worker: Worker, early: int, late: int | None) -> Figures:
    siblings = worker.siblings
    return {
        "requests_per_event_siblings": Figure(siblings.requests_per_event, siblings.events),
        "events_per_second_siblings": _throughput(siblings),
        f"rss_mb_{early}": Figure(worker.early.resident_mb, early),
        f"threads_{early}": Figure(worker.early.threads, early),
        **({f"rss_mb_{late}": Figure(worker.late.resident_mb, late),
            f"threads_{late}": Figure(worker.late.threads, late)} if worker.late else {})}


def _throughput(found: Round) -> Figure:
    return Figure(found.events_per_second, found.events)
