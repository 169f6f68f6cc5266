"""The figures by name, and their JSON."""
import json

from tests.benchmarks.columns import COLUMNS, FUNCTIONS, USUAL
from tests.benchmarks.figures import collect, to_json
from tests.benchmarks.measures import Figure

OF_EVERY_COLUMN = {"requests_per_event", "latency_ms_p50", "latency_ms_p95", "cpu_ms_per_event", "events_per_second",
                   "import_seconds", "first_record_seconds"}
OF_FUNCTIONS = {"batch_seconds", "requests_per_event_siblings", "events_per_second_siblings", "rss_mb_100",
                "threads_100"}
OF_THE_OLD = {"rss_mb_10000", "threads_10000"}


def test_every_column_has_the_figures_that_apply_to_it(results):
    figures = {name: set(found) - OF_EVERY_COLUMN for name, found in collect(results).items()}
    assert list(figures) == list(COLUMNS)
    assert figures == {"naive": {"events_per_second_16_threads"}, "limit": set(),
                       **dict.fromkeys(FUNCTIONS, OF_FUNCTIONS), USUAL: OF_FUNCTIONS | OF_THE_OLD}


def test_a_figure_knows_how_much_it_rests_on(results):
    ours = collect(results)["ours"]
    assert ours["latency_ms_p50"] == Figure(60, 10)
    assert ours["events_per_second"] == Figure(80, 100)
    assert ours["batch_seconds"] == Figure(1.2, 3)
    assert ours["first_record_seconds"] == Figure(0.5, 1)
    assert ours["rss_mb_10000"] == Figure(160, 10_000)


def test_naive_takes_one_event_after_the_other_and_its_burst_is_told_apart(results):
    naive = collect(results)["naive"]
    assert naive["events_per_second"] == Figure(0.5, 10)
    assert naive["events_per_second_16_threads"].value == 3


def test_a_worker_that_did_not_grow_old_has_no_late_size(young):
    assert not OF_THE_OLD & set(collect(young)[USUAL])


def test_the_json_has_values_counts_and_how_costs_grow(results):
    content = json.loads(json.dumps(to_json(collect(results), results.growth)))
    assert content["ours"]["latency_ms_p50"] == 60
    assert content["counts"]["ours"]["latency_ms_p50"] == 10
    assert content["growth"]["batch_size"]["exponent"] == 1
    largest = {"size": 1000, "milliseconds": 9000, "cpu_milliseconds": 8000}
    assert content["growth"]["batch_size"]["points"][-1] == largest
