"""The figures of a run by column and name, and the JSON that keeps them. Pure."""
import statistics
from collections.abc import Mapping
from dataclasses import asdict

from .measures import Figure, Growth, Round, percentile
from .sections import THREADS, ColumnRounds, Plan, Results, Worker

Figures = Mapping[str, Figure]
_DIGITS = 3


def collect(results: Results) -> dict[str, Figures]:
    """By column. The names are the keys of the JSON; what does not apply to a column is left out."""
    figures = {name: _collect(rounds) for name, rounds in results.columns.items()}
    for name, worker in results.workers.items():
        figures[name] |= _collect_worker(worker, results.plan)
    # A worker of Python 3.8, for which the naive function was first written, takes one event after the other unless
    # told otherwise ("App settings reference for Azure Functions", PYTHON_THREADPOOL_THREAD_COUNT).
    naive = results.columns["naive"]
    figures["naive"] |= {"events_per_second": _throughput(naive.warm),
                         f"events_per_second_{THREADS}_threads": _throughput(naive.burst)}
    return figures


def to_json(figures: Mapping[str, Figures], growth: Mapping[str, Growth]) -> dict:
    """The values, and under `counts` on how many events or starts each rests."""
    return {
        **{column: {name: round(figure.value, _DIGITS) for name, figure in found.items()}
           for column, found in figures.items()},
        "growth": {name: {**asdict(grown), "exponent": round(grown.exponent, _DIGITS)}
                   for name, grown in growth.items()},
        "counts": {column: {name: figure.count for name, figure in found.items()}
                   for column, found in figures.items()}}


def _collect(rounds: ColumnRounds) -> dict[str, Figure]:
    warm, burst, starts, batches = rounds.warm, rounds.burst, rounds.starts, rounds.batches
    return {
        "requests_per_event": Figure(warm.requests_per_event, warm.events),
        "latency_ms_p50": Figure(percentile(warm.latencies_ms, 50), warm.events),
        "latency_ms_p95": Figure(percentile(warm.latencies_ms, 95), warm.events),
        "cpu_ms_per_event": Figure(burst.cpu_ms_per_event, burst.events),
        "events_per_second": _throughput(burst),
        **({"batch_seconds": Figure(statistics.median(batches.latencies_ms) / 1000, batches.events)}
           if batches else {}),
        "import_seconds": Figure(statistics.median(start.import_seconds for start in starts), len(starts)),
        "first_record_seconds": Figure(statistics.median(start.first_record_seconds for start in starts), len(starts))}


def _collect_worker(worker: Worker, plan: Plan) -> Figures:
    siblings, late = worker.siblings, worker.late
    return {
        "requests_per_event_siblings": Figure(siblings.requests_per_event, siblings.events),
        "events_per_second_siblings": _throughput(siblings),
        f"rss_mb_{plan.early}": Figure(worker.early.resident_mb, plan.early),
        f"threads_{plan.early}": Figure(worker.early.threads, plan.early),
        **({f"rss_mb_{plan.late}": Figure(late.resident_mb, plan.late or 0),
            f"threads_{plan.late}": Figure(late.threads, plan.late or 0)} if late else {})}


def _throughput(found: Round) -> Figure:
    return Figure(found.events_per_second, found.events)
