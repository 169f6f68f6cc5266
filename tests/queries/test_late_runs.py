"""Experiments whose next pipeline run is overdue."""
from datetime import UTC, datetime, timedelta

import pytest

from tests.queries.sample_week import percentile

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def starts(insights, *hours, **dimensions):
    """Pipeline runs that began so many hours after noon."""
    for hour in hours:
        insights.run(f"run-{hour}", started=NOON + timedelta(hours=hour), seconds=60, **dimensions)


def late(insights, at_hour, **lets):
    return [row["last_run_id"] for row in insights.ask("late_runs", at=NOON + timedelta(hours=at_hour), **lets)]


def test_one_experiment_is_late_against_its_own_gaps(week, pipeline_facts, now):
    begins = sorted(fact.created for fact in pipeline_facts if fact.experiment == "price-sync")
    gaps = [(later - earlier).total_seconds() / 3600 for earlier, later in zip(begins, begins[1:])]
    [row] = week.ask("late_runs", at=now)
    assert (row["experiment_name"], row["runs"]) == ("price-sync", len(begins))
    assert row["last_begin_time"] == pytest.approx(begins[-1], abs=timedelta(milliseconds=1))
    assert (row["usual_gap_hours"], row["long_gap_hours"], row["hours_since"]) == pytest.approx(
        (percentile(gaps, 50), percentile(gaps, 95), (now - begins[-1]).total_seconds() / 3600), abs=1e-4)
    assert row["expected_time"] - row["last_begin_time"] == pytest.approx(
        timedelta(hours=percentile(gaps, 50)), abs=timedelta(seconds=1))


def test_a_run_is_late_after_the_median_gap_times_the_factor(insights):
    starts(insights, 0, 24, 48, 72, 96)
    assert late(insights, 96 + 36) == []
    assert late(insights, 96 + 37) == ["run-96"]
    assert late(insights, 96 + 25, factor=1.0) == ["run-96"] != late(insights, 96 + 23, factor=1.0)


def test_a_gap_that_is_usual_now_and_then_makes_no_run_late(insights):
    """From Friday to Monday."""
    starts(insights, 0, 24, 48, 72, 96, 168)
    assert late(insights, 168 + 71) == []
    assert late(insights, 168 + 73) == ["run-168"]


def test_a_run_in_progress_has_begun(insights):
    starts(insights, 0, 24, 48, 72, 96)
    insights.run("step", parent="p", started=NOON + timedelta(hours=120), seconds=60)
    assert late(insights, 96 + 37) == []


def test_no_run_is_late_before_it_would_be_known(insights):
    """Every hour a run of one step that takes most of it: that it has begun is known when it has ended."""
    for hour in range(24):
        begun = NOON + timedelta(hours=hour)
        insights.run(f"step-{hour}", parent=f"run-{hour}", started=begun, seconds=3_000)
        insights.run(f"run-{hour}", started=begun, seconds=3_060)
    assert late(insights, 23.9) == late(insights, 25.3) == []
    assert late(insights, 25.4) == ["run-23"]


def test_that_runs_were_recorded_days_later_makes_none_wait_as_long(insights):
    starts(insights, 96)
    for hour in (0, 24, 48, 72):
        began, ended = (round((NOON + timedelta(hours=hour, minutes=minutes)).timestamp() * 1000) for minutes in (0, 1))
        insights.record(minutes=5 * 1440, run_id=f"run-{hour}", parent_run_id=f"run-{hour}", source="backfill",
                        created_time_utc_ms=str(began), start_time_utc_ms=str(began), end_time_utc_ms=str(ended))
    assert late(insights, 96 + 36) == []
    assert late(insights, 96 + 37) == ["run-96"]


def test_what_somebody_tries_out_for_some_hours_is_no_habit(insights):
    starts(insights, 0, 0.2, 0.3, 0.5, 2, 2.5, 8)
    assert late(insights, 200) == []
    assert late(insights, 200, least_span=timedelta(hours=8)) == ["run-8"]


def test_too_few_runs_have_no_usual_gap(insights):
    starts(insights, 0, 24, 48, 72)
    assert late(insights, 200) == []
    assert late(insights, 200, least_runs=4) == ["run-72"]


def test_one_run_is_enough_where_the_cadence_is_known(insights):
    starts(insights, 0)
    assert late(insights, 25, factor=1.0, cadence=timedelta(hours=24)) == ["run-0"]
    assert late(insights, 23, factor=1.0, cadence=timedelta(hours=24)) == []


def test_runs_of_another_experiment_or_before_the_history_do_not_count(insights):
    starts(insights, 0, 24, 48, 72, experiment_name="alpha")
    starts(insights, 1, 25, 49, 73, experiment_name="beta")
    assert late(insights, 200) == []
    starts(insights, 96, experiment_name="alpha")
    assert late(insights, 200) == late(insights, 200, experiment="alpha") == ["run-96"]
    assert late(insights, 200, experiment="beta") == late(insights, 200, history=timedelta(hours=180)) == []
