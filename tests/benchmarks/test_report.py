"""The tables that the benchmark prints."""
import re

from tests.benchmarks import report
from tests.benchmarks.figures import collect
from tests.benchmarks.targets import Target


def line(table, start):
    [found] = [line for line in table.splitlines() if line.startswith(f"{start}  ")]
    return re.split(r" {2,}", found)[1:]


def test_figures_stand_side_by_side_with_ratios_and_counts(results):
    table = report.format_figures(collect(results))
    assert line(table, "latency p50, ms") == ["2,000", "100", "50", "20", "2", "10 / 10 / 10"]


def test_for_a_rate_more_is_better(results):
    table = report.format_figures(collect(results))
    assert line(table, "events per second, naive one at a time") == ["0.5", "50", "100", "100", "2", "10 / 100 / 100"]
    assert line(table, "events per second, naive on 16 threads too")[:4] == ["3", "50", "100", "16.7"]


def test_a_figure_of_ours_alone_has_no_ratio(results):
    table = report.format_figures(collect(results))
    assert line(table, "resident MB after 10,000 events") == ["160", "- / 10,000 / -"]


def test_routes_are_named_without_the_workspace(results):
    assert line(report.format_routes(results), "GET /history/v1.0…/runs/{run_id}") == ["40", "5", "4.1", "2"]


def test_growth_is_shown_by_unit_of_the_input(results):
    assert line(report.format_growth(results.growth), "batch size 1,000 events") == ["9,000", "8,000", "8"]


def test_a_missed_target_stands_out():
    table = report.format_targets(
        [Target("CPU", "at most 15", "15.10", False), Target("speed", "at least 2", "3", True)])
    assert line(table, "CPU") == ["at most 15", "15.10", "NO"]
    assert line(table, "speed")[-1] == "yes"
