"""Shares of traffic: who answers next, and what a request may make them."""
from collections import Counter

import pytest

from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.online_endpoints.traffic import TrafficSplit, check_shares


def turns(shares, count):
    split = TrafficSplit()
    split.set(shares)
    return [split.next() for _ in range(count)]


@pytest.mark.parametrize(("shares", "expected"), [
    ({"blue": 90, "green": 10}, {"blue": 9, "green": 1}), ({"blue": 50, "green": 50}, {"blue": 5, "green": 5}),
    ({"blue": 100, "green": 0}, {"blue": 10}), ({"a": 30, "b": 30, "c": 40}, {"a": 3, "b": 3, "c": 4})])
def test_ten_requests_are_split_by_the_shares(shares, expected):
    assert Counter(turns(shares, 10)) == expected


def test_turns_are_spread():
    assert turns({"blue": 50, "green": 50}, 4) == ["blue", "green", "blue", "green"]


@pytest.mark.parametrize("shares", [{}, {"blue": 0}])
def test_without_shares_nobody_answers(shares):
    assert turns(shares, 1) == [None]


@pytest.mark.parametrize("shares", [{}, {"blue": 100}, {"blue": 99, "green": 1}, {"blue": 100, "sick": 0}, {"sick": 0}])
def test_shares_that_may_be(shares):
    assert check_shares(shares, ["blue", "green", "sick"], ["blue", "green"]) == shares


@pytest.mark.parametrize(("shares", "problem"), [
    ([], "has to be an object"), ({"red": 100}, "'red', which the endpoint does not have"),
    ({"sick": 100}, "'sick' is not healthy"), ({"blue": 99}, "not 99"), ({"blue": 60, "green": 60}, "not 120"),
    ({"blue": "100"}, "whole number"), ({"blue": True}, "whole number"), ({"blue": -1, "green": 101}, "whole number")])
def test_shares_that_cannot_be_are_refused(shares, problem):
    with pytest.raises(ServiceError, match=problem):
        check_shares(shares, ["blue", "green", "sick"], ["blue", "green"])
