"""The alert rules fire for real failures alone: over the field cases of tests/data, and over the trees of the queries'
tests, in records of either version."""
from datetime import timedelta

import pytest

from local_azure.application_insights.models import TelemetryStore
from tests.environment_setup.rules import QUERY_RULES, AlertRule
from tests.environment_setup.sending import KEY, send
from tests.queries.run_trees import FIELD_CASES, NOON, VERSIONS, field_case, records_of, runs_of, trees

TREES = trees()
CASES = sorted(file.stem for file in FIELD_CASES.glob("*.json"))
# A promise is about experiments that are not here, and so is missed.
OTHERS = [rule["name"] for rule in QUERY_RULES if rule["name"] not in ("pipeline-failed", "promise-missed")]
FAILED_CASES = {"many-child-runs_1601770000_1a2b3c4d", "bright_nose_1a2b3c", "ml1_1599945715_8211f6ca"}
LOST = "a pipeline run stopped responding: p"


@pytest.fixture(scope="module", params=VERSIONS)
def forest(request):
    """All trees, as they grow within an hour; read it only."""
    store = TelemetryStore(instrumentation_key=KEY)
    for name, tree in TREES.items():
        for time, dimensions in records_of(runs_of(name, tree), request.param):
            send(store, time, dimensions)
    yield store
    store.close()


@pytest.fixture(scope="module", params=VERSIONS)
def cases(request):
    """All field cases, and the times of their records; read it only."""
    store, times = TelemetryStore(instrumentation_key=KEY), set()
    for name in CASES:
        for time, dimensions in records_of(field_case(name), request.param):
            send(store, time, dimensions)
            times.add(time)
    yield store, sorted(times)
    store.close()


def evaluations(times, minutes):
    """When a rule that is evaluated every so many minutes first sees each of these."""
    return sorted({NOON - (NOON - time) // timedelta(minutes=minutes) * timedelta(minutes=minutes) for time in times})


def alerts_of(store, name, times):
    rule = AlertRule(store, name)
    for time in times:
        rule.evaluate(time)
    return rule.alerts


def test_a_tree_fails_when_its_root_has_and_nothing_absorbed_it(forest):
    alerts = alerts_of(forest, "pipeline-failed", [NOON + timedelta(minutes=minute) for minute in range(0, 90, 5)])
    expected = {f"{name}: {run}" for name, tree in TREES.items() for run in tree["expected"]["failed"]}
    assert sorted(alert[1] for alert in alerts) == sorted(expected)
    assert all(alert[2] for alert in alerts if alert[1] != LOST)


def test_no_attempt_is_an_alert_and_a_lost_run_none_before_its_time(forest):
    alerts = alerts_of(forest, "pipeline-failed", [NOON + timedelta(minutes=minute) for minute in (15, 30, 45, 59, 74)])
    assert alerts and LOST not in {alert[1] for alert in alerts}
    assert alerts_of(forest, "pipeline-failed", [NOON + timedelta(minutes=59)]) == []


@pytest.mark.parametrize("name", OTHERS)
def test_no_other_rule_fires_for_a_tree(forest, name):
    assert alerts_of(forest, name, [NOON + timedelta(minutes=minute) for minute in (30, 60, 90)]) == []


def test_of_the_field_cases_those_fail_that_did(cases):
    store, times = cases
    moments = evaluations([time + after for time in times for after in (timedelta(), timedelta(minutes=16))], 5)
    assert {alert[1] for alert in alerts_of(store, "pipeline-failed", moments)} == FAILED_CASES


@pytest.mark.parametrize("name", OTHERS)
def test_no_other_rule_fires_for_a_field_case(cases, name):
    store, times = cases
    assert alerts_of(store, name, evaluations([time + timedelta(hours=2) for time in times], 60)) == []
