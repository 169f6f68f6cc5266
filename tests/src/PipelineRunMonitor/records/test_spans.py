from dataclasses import replace

import pytest

from PipelineRunMonitor.records import dimensions, spans

URL = "https://ml.azure.com/runs/r"


def span_of(event, snapshot):
    return spans.of(dimensions.of(event, snapshot), URL)


def with_status(snapshot, status):
    return replace(snapshot, run=replace(snapshot.run, status=status))


def test_step_is_a_part_of_its_pipeline_run(step_event, step_snapshot, pipeline_snapshot):
    step = span_of(step_event, step_snapshot)
    pipeline_run = span_of(step_event, with_status(pipeline_snapshot, "Completed"))
    assert step.parent_id == pipeline_run.id != step.id
    assert pipeline_run.parent_id is None
    assert (pipeline_run.name, step.name, step.pipeline) == ("flight-delay", "Prepare Data", "flight-delay")


def test_span_has_the_run_s_own_times(step_event, step_snapshot):
    span = span_of(step_event, step_snapshot)
    assert (span.start_ms, span.duration_ms) == (1664992987340, 215240)
    assert span.target == "Standard-E4ds-v4"


def test_properties_of_a_step_have_opentelemetry_s_names(step_event, step_snapshot):
    properties = span_of(step_event, step_snapshot).properties
    assert {name: value for name, value in properties.items() if name.startswith("cicd.")} == {
        "cicd.pipeline.name": "flight-delay", "cicd.pipeline.run.id": step_snapshot.parent.id,
        "cicd.pipeline.run.url.full": step_snapshot.parent.portal_url, "cicd.pipeline.task.name": "Prepare Data",
        "cicd.pipeline.task.run.id": step_snapshot.run.id, "cicd.pipeline.task.run.url.full": URL,
        "cicd.pipeline.task.run.result": "success"}
    assert properties["run_id"] == step_snapshot.run.id


@pytest.mark.parametrize("status, result, error", [
    ("Completed", "success", None), ("Failed", "failure", "UserError"), ("Canceled", "cancellation", None),
    ("NotResponding", "error", "UserError")])
def test_result_follows_the_status(step_event, step_snapshot, status, result, error):
    details = {**step_snapshot.details, "error": {"error": {"code": "UserError", "message": "no"}}}
    event = replace(step_event, run_status=status)
    span = span_of(event, replace(with_status(step_snapshot, status), details=details))
    assert (span.result_code, span.is_success) == (status, status == "Completed")
    assert (span.properties["cicd.pipeline.task.run.result"], span.properties.get("error.type")) == (result, error)


def test_run_that_never_started_is_shown_where_it_was_created(step_event, step_snapshot):
    details = {name: value for name, value in step_snapshot.details.items() if not name.endswith("TimeUtc")}
    span = span_of(step_event, replace(with_status(step_snapshot, "Canceled"), details=details))
    assert (span.start_ms, span.duration_ms) == (1664992981340, 0)


@pytest.mark.parametrize("end, duration_ms", [
    ("2025-07-01T18:03:07.339605Z", 86_399_999_999), ("2025-07-01T18:03:07.340605Z", 86_399_999_999),
    ("2063-04-05T00:00:00.000000Z", 86_399_999_999), ("2025-07-01T18:03:07.338605Z", 86_399_999_998)])
def test_duration_is_less_than_the_1_000_days_that_the_service_takes(step_event, step_snapshot, end, duration_ms):
    span = span_of(step_event, replace(step_snapshot, details={**step_snapshot.details, "endTimeUtc": end}))
    assert (span.start_ms, span.duration_ms) == (1664992987340, duration_ms)


@pytest.mark.parametrize("count, kept", [(2_048, 2_048), (2_049, 2_048), (100_000, 2_048)])
def test_address_is_no_longer_than_the_service_takes(step_event, pipeline_snapshot, count, kept):
    found = dimensions.of(step_event, with_status(pipeline_snapshot, "Completed"))
    url = spans.of(found, "https://ml.azure.com/".ljust(count, "r")).url
    assert len(url) == kept and url.startswith("https://ml.azure.com/rrr")


@pytest.mark.parametrize("change", [{"created_time": None, "details": {}}, None])
def test_run_without_times_or_end_is_no_span(step_event, step_snapshot, change):
    event = replace(step_event, run_status="Running")
    snapshot = replace(step_snapshot, **change) if change else with_status(step_snapshot, "Running")
    assert span_of(event, snapshot) is None


def test_long_names_stay_within_the_limits_of_the_service(step_event, step_snapshot):
    name = "n" * 9_000
    span = span_of(step_event, replace(
        step_snapshot, experiment_name=name, run=replace(step_snapshot.run, name=name),
        details={**step_snapshot.details, "target": name}))
    assert max(map(len, [span.name, span.pipeline, span.target, *span.properties.values()])) <= 1_024
