"""What is wanted of the figures."""
import pytest

from tests.benchmarks.columns import FUNCTIONS
from tests.benchmarks.figures import collect
from tests.benchmarks.measures import Figure, Growth, Point
from tests.benchmarks.targets import judge


def missed(figures, growth):
    return [target.what for target in judge(figures, growth) if not target.is_met]


def test_every_target_is_met_by_good_figures(results):
    assert missed(collect(results), results.growth) == []


@pytest.mark.parametrize(("column", "name", "value", "target"), [
    ("ours", "requests_per_event", 5.1, "HTTP requests per event"),
    ("ours", "requests_per_event_siblings", 5.0, "HTTP requests per event, siblings"),
    ("ours", "latency_ms_p50", 62.0, "latency p50, times the limit's"),
    ("ours", "latency_ms_p95", 69.0, "latency p95, times the limit's"),
    ("naive", "latency_ms_p50", 1_300.0, "latency p50, times shorter than naive's"),
    ("ours", "events_per_second", 69.0, "events per second, times the limit's"),
    ("naive", "events_per_second", 1.4, "events per second, times naive's one at a time"),
    ("ours", "cpu_ms_per_event", 6.1, "CPU ms per event"),
    ("ours", "batch_seconds", 1.6, "seconds for a batch of 100"),
    ("ours", "first_record_seconds", 1.1, "first record, seconds"),
    ("ours", "rss_mb_10000", 190.0, "resident MB after 10,000 events, times after 100"),
    ("ours", "threads_10000", 61.0, "threads after 10,000 events, times after 100")])
def test_a_figure_that_is_too_bad_misses_its_target_alone(results, column, name, value, target):
    figures = collect(results)
    figures[column] = {**figures[column], name: Figure(value, 1)}
    concerned = FUNCTIONS if column == "naive" else [column]
    assert missed(figures, results.growth) == [f"{function}: {target}" for function in concerned]


def test_costs_that_grow_faster_than_their_input_miss_the_target(results):
    growth = {"event_size": Growth("KB", tuple(Point(size, 0.0, size**1.3) for size in (1, 10, 100)))}
    assert missed(collect(results), growth) == ["CPU time over event size, exponent"]


def test_a_worker_that_did_not_grow_old_is_not_judged(young):
    names = [target.what for target in judge(collect(young), young.growth)]
    assert names and not any("10,000" in name for name in names)
