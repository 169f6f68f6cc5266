"""What the benchmark prints: tables as texts. Pure."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tabulate import tabulate

from local_azure.scenarios.models import ARM_ID

from .columns import FUNCTIONS
from .figures import Figures
from .measures import Growth, Round
from .sections import THREADS, Results
from .targets import Target

_NAIVE_THREADS = f"events_per_second_{THREADS}_threads"


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the first table: a figure of each column, which may have another name for naive."""

    what: str
    name: str
    naive_name: str = ""
    is_rate: bool = False

    def format(self, figures: Mapping[str, Figures]) -> list[str]:
        found = {column: figures[column].get(self.naive_name if column == "naive" and self.naive_name else self.name)
                 for column in figures}
        values = {column: figure.value if figure else None for column, figure in found.items()}
        counts = (f"{figure.count:,}" if figure else "-" for figure in found.values())
        return [self.what, *map(_show, values.values()),
                *(self._show_times(values[worse], values[better]) for worse, better in _RATIOS), " / ".join(counts)]

    def _show_times(self, worse: float | None, better: float | None) -> str:
        if worse is None or better is None:
            return ""
        return _show(better / worse if self.is_rate else worse / better)


_RATIOS = [pair for name in FUNCTIONS for pair in (("naive", name), (name, "limit"))]
_ROWS = (
    _Row("HTTP requests per event", "requests_per_event"),
    _Row("HTTP requests per event, siblings", "requests_per_event_siblings"),
    _Row("latency p50, ms", "latency_ms_p50"),
    _Row("latency p95, ms", "latency_ms_p95"),
    _Row("CPU ms per event", "cpu_ms_per_event"),
    _Row("events per second, naive one at a time", "events_per_second", is_rate=True),
    _Row(f"events per second, naive on {THREADS} threads too", "events_per_second", _NAIVE_THREADS, is_rate=True),
    _Row("events per second, siblings", "events_per_second_siblings", is_rate=True),
    _Row("batch of 100, seconds", "batch_seconds"),
    _Row("imports, seconds", "import_seconds"),
    _Row("first record, seconds", "first_record_seconds"),
    _Row("resident MB after 100 events", "rss_mb_100"),
    _Row("resident MB after 10,000 events", "rss_mb_10000"),
    _Row("threads after 100 events", "threads_100"),
    _Row("threads after 10,000 events", "threads_10000"))


def format_figures(figures: Mapping[str, Figures]) -> str:
    """All figures side by side. A count of events, or of starts of a process, tells what each rests on."""
    rows = [row.format(figures) for row in _ROWS if any(row.name in figures[name] for name in FUNCTIONS)]
    ratios = [f"{better} better than {worse} ×" for worse, better in _RATIOS]
    return _table(("", *figures, *ratios, "counts"), rows)


def format_routes(results: Results) -> str:
    """Requests per event by service and route, of one event at a time and of the siblings."""
    rounds: dict[str, Round] = {
        **{name: column.warm for name, column in results.columns.items()},
        **{f"{name}, siblings": worker.siblings for name, worker in results.workers.items()}}
    routes = sorted({route for found in rounds.values() for route in found.requests})
    rows = [[_shorten(route), *(_show(found.requests.get(route, 0) / found.events) for found in rounds.values())]
            for route in routes]
    return _table(("requests per event", *rounds), rows)


def format_growth(growth: Mapping[str, Growth]) -> str:
    rows = [[f"{name.replace('_', ' ')} {point.size:,} {grown.unit}", _show(point.milliseconds),
             _show(point.cpu_milliseconds), _show(point.cpu_milliseconds / point.size)]
            for name, grown in growth.items() for point in grown.points]
    return _table(("one call, no latency", "ms", "CPU ms", "CPU ms per KB or event"), rows)


def format_targets(targets: Sequence[Target]) -> str:
    rows = [[target.what, target.wanted, target.measured, "yes" if target.is_met else "NO"] for target in targets]
    return _table(("target", "wanted", "measured", "met"), rows)


def _shorten(route: str) -> str:
    """Without the service, which the path tells too, and without the workspace, which is in most of them."""
    return route.partition(" ")[2].replace(ARM_ID, "…")


def _show(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    align = ["left", *["right"] * (len(headers) - 1)]
    return tabulate(rows, headers, tablefmt="simple", colalign=align, disable_numparse=True)
