"""The statistics of the benchmark."""
import pytest

from tests.benchmarks.measures import Growth, Point, Round, join, percentile


def grow(cost):
    return Growth("KB", tuple(Point(size, 0.0, cost(size)) for size in (1, 10, 100, 1_000, 10_000)))


def test_a_round_is_shared_out_among_its_events():
    found = Round(latencies_ms=(10.0, 20.0, 30.0, 40.0), seconds=0.5, cpu_seconds=0.1, requests={"run": 8, "record": 4})
    assert (found.events, found.events_per_second, found.cpu_ms_per_event, found.requests_per_event) == (4, 8, 25, 3)


def test_rounds_join_to_one_that_has_all_of_them():
    rounds = [Round((10.0, 20.0), 0.5, 0.1, {"run": 4}), Round((30.0,), 0.25, 0.2, {"run": 2, "record": 1})]
    assert join(rounds) == Round((10.0, 20.0, 30.0), 0.75, pytest.approx(0.3), {"run": 6, "record": 1})


def test_percentiles_lie_between_the_values_next_to_them():
    assert percentile([10.0, 20.0], 50) == 15
    assert percentile([float(n) for n in range(101)], 95) == 95


@pytest.mark.parametrize(("cost", "exponent"), [
    (lambda size: 3.0, 0), (lambda size: 3.0 * size, 1), (lambda size: 3.0 * size**2, 2)])
def test_the_exponent_tells_how_costs_grow(cost, exponent):
    assert grow(cost).exponent == pytest.approx(exponent)


def test_fixed_costs_do_not_hide_how_the_rest_grows():
    assert grow(lambda size: 50.0 + size**2).exponent == pytest.approx(2, abs=0.01)
