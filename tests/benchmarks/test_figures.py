"""The figures by name, and their JSON."""
import json
from dataclasses import replace

from tests.benchmarks.figures import collect, to_json
from tests.benchmarks.measures import Figure

OF_EVERY_SUBJECT = {"requests_per_event", "latency_ms_p50", "latency_ms_p95", "cpu_ms_per_event", "events_per_second",
                    "import_seconds", "first_record_seconds"}
OF_OURS = {"requests_per_event_siblings", "events_per_second_siblings", "rss_mb_100", "rss_mb_10000", "threads_100",
           "threads_10000"}


def test_every_subject_has_the_figures_that_apply_to_it(results):
    figures = collect(results)
    assert set(figures["naive"]) == OF_EVERY_SUBJECT | {"events_per_second_16_threads"}
    assert set(figures["ours"]) == OF_EVERY_SUBJECT | OF_OURS
    assert set(figures["limit"]) == OF_EVERY_SUBJECT


def test_a_figure_knows_how_much_it_rests_on(results):
    ours = collect(results)["ours"]
    assert ours["latency_ms_p50"] == Figure(100, 10)
    assert ours["events_per_second"] == Figure(50, 100)
    assert ours["first_record_seconds"] == Figure(1.5, 1)
    assert ours["rss_mb_10000"] == Figure(160, 10_000)


def test_naive_takes_one_event_after_the_other_and_its_burst_is_told_apart(results):
    naive = collect(results)["naive"]
    assert naive["events_per_second"] == Figure(0.5, 10)
    assert naive["events_per_second_16_threads"].value == 3


def test_a_worker_that_did_not_grow_old_has_no_late_size(results):
    young = replace(results, plan=replace(results.plan, late=None), worker=replace(results.worker, late=None))
    assert set(collect(young)["ours"]) == OF_EVERY_SUBJECT | OF_OURS - {"rss_mb_10000", "threads_10000"}


def test_the_json_has_values_counts_and_how_costs_grow(results):
    content = json.loads(json.dumps(to_json(collect(results), results.growth)))
    assert content["ours"]["latency_ms_p50"] == 100
    assert content["counts"]["ours"]["latency_ms_p50"] == 10
    assert content["growth"]["batch_size"]["exponent"] == 1
    largest = {"size": 1000, "milliseconds": 9000, "cpu_milliseconds": 8000}
    assert content["growth"]["batch_size"]["points"][-1] == largest
