"""Tests find the same whatever is set in the environment in which they are run."""
import os

from tests.inner_run import run_tests

BY_CHANCE = {"WORKSPACE_NAME": "mine", "HTTPS_PROXY": "http://127.0.0.1:1", "COLUMNS": "20", "FORCE_COLOR": "1"}


def test_what_is_set_by_chance_is_not_seen():
    assert not set(BY_CHANCE) & set(os.environ)


def test_that_is_so_where_it_is_set():
    ended = run_tests(f"{__file__}::{test_what_is_set_by_chance_is_not_seen.__name__}", **BY_CHANCE)
    assert ended.returncode == 0, ended.stdout
