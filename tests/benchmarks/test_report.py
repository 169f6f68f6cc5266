"""The tables that the benchmark prints."""
import re

from tests.benchmarks import report
from tests.benchmarks.columns import COLUMNS
from tests.benchmarks.figures import collect
from tests.benchmarks.targets import Target


def row(table, start):
    """The cells of a row by the headers of their columns."""
    headers, widths, *lines = table.splitlines()
    [found] = [line for line in lines if line.startswith(f"{start}  ")]
    return {headers[one.start():one.end()].strip(): found[one.start():one.end()].strip()
            for one in re.finditer("-+", widths)}


def test_figures_stand_side_by_side_with_ratios_and_counts(results):
    found = row(report.format_figures(collect(results)), "latency p50, ms")
    assert [found[name] for name in ("naive", "ours", "limit")] == ["2,000", "60", "55"]
    assert (found["ours better than naive ×"], found["limit better than ours ×"]) == ("33.3", "1.09")
    assert found["counts"] == " / ".join(["10"] * len(COLUMNS))


def test_for_a_rate_more_is_better(results):
    found = row(report.format_figures(collect(results)), "events per second, naive one at a time")
    assert [found[name] for name in ("naive", "ours", "limit")] == ["0.5", "80", "100"]
    assert (found["ours better than naive ×"], found["limit better than ours ×"]) == ("160", "1.25")
    assert row(report.format_figures(collect(results)), "events per second, naive on 16 threads too")["naive"] == "3"


def test_a_figure_of_one_column_alone_has_no_ratio(results):
    found = row(report.format_figures(collect(results)), "resident MB after 10,000 events")
    assert (found["ours"], found["ours better than naive ×"], found["limit"]) == ("160", "", "")
    assert found["counts"].split(" / ") == ["10,000" if name == "ours" else "-" for name in COLUMNS]


def test_routes_are_named_without_the_workspace(results):
    found = row(report.format_routes(results), "GET /history/v1.0…/runs/{run_id}")
    assert [found[name] for name in ("naive", "ours", "ours, siblings", "limit")] == ["40", "5", "4.1", "2"]


def test_growth_is_shown_by_unit_of_the_input(results):
    found = row(report.format_growth(results.growth), "batch size 1,000 events")
    assert [*found.values()][1:] == ["9,000", "8,000", "8"]


def test_a_missed_target_stands_out():
    table = report.format_targets(
        [Target("CPU", "at most 15", "15.10", False), Target("speed", "at least 2", "3", True)])
    assert row(table, "CPU") == {"target": "CPU", "wanted": "at most 15", "measured": "15.10", "met": "NO"}
    assert row(table, "speed")["met"] == "yes"
