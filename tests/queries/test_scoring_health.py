"""How scoring services are, by deployment and version of the model."""
import pytest

from local_azure.scenarios.scoring import scoring_items
from tests.queries.conftest import KEY, Insights
from tests.queries.scoring_rows import NOON, Service


@pytest.fixture(scope="module")
def scored_week(sample_records, now):
    """The sample workspace with what its scoring service sends."""
    insights = Insights()
    insights.record_all(sample_records)
    insights.send_items(scoring_items(now, KEY))
    yield insights
    insights.store.close()


@pytest.fixture
def service(insights):
    return Service(insights.store)


def health(insights, **lets):
    return insights.ask("scoring_health", **lets)


def test_the_sample_services_new_deployment_fails_and_is_slow(scored_week, pipeline_facts):
    green, blue = health(scored_week)
    assert [tuple(row[name] for name in ("deployment_name", "model_version", "problem")) for row in (green, blue)] == [
        ("green", "42", "fails and is slow"), ("blue", "41", "")]
    assert (blue["failed"], green["failed"] > 0, green["refused"] > 0) == (0, True, True)
    assert green["failed_share"] == pytest.approx(green["failed"] / green["request_count"])
    assert green["p95_ms"] > 1000 > 100 > blue["p95_ms"] > blue["p50_ms"]
    training = {fact.id: (fact.experiment, fact.created.day) for fact in pipeline_facts}
    assert [training[row["training_run_id"]] for row in (green, blue)] == [
        ("churn-training", 29), ("churn-training", 27)]
    assert green["training_run_url"].endswith(green["training_run_id"])


def test_a_request_that_failed_before_it_was_logged_counts_for_the_model_of_its_deployment(service, insights):
    service.answer("one", 0, logged={"NumberOfPredictions": 2})
    service.answer("two", 1, code=500)
    [row] = health(insights)
    assert (row["model_version"], row["request_count"], row["failed"], row["predictions"]) == ("3", 2, 1, 2)


def test_a_row_that_sampling_left_counts_for_those_that_it_took(insights):
    service = Service(insights.store, sample_rate=20)
    for number, code in enumerate((200, 404, 500, 200)):
        service.answer(f"r{number}", number, code=code, logged={"NumberOfPredictions": 2})
    [row] = health(insights)
    assert tuple(row[name] for name in ("request_count", "failed", "refused", "predictions", "failed_share")) == (
        20, 5, 5, 40, 0.25)


@pytest.mark.parametrize("requests, failed, milliseconds, expected", [
    (20, 1, 10, ""), (20, 2, 10, "fails"), (20, 0, 1001, "is slow"), (20, 2, 1001, "fails and is slow"),
    (9, 9, 9000, ""),
])
def test_a_problem_is_too_many_failures_or_too_long_a_time(service, insights, requests, failed, milliseconds, expected):
    for place in range(requests):
        service.answer(f"r{place}", place, code=500 if place < failed else 200, milliseconds=milliseconds)
    [row] = health(insights)
    assert row["problem"] == expected
    assert bool(health(insights, problems_only=True)) == bool(expected)


def test_refused_requests_are_no_failures(service, insights):
    for place in range(20):
        service.answer(f"r{place}", place, code=400)
    [row] = health(insights)
    assert (row["refused"], row["failed"], row["problem"]) == (20, 0, "")


def test_services_of_either_server_are_told_apart_and_asked_for(service, insights):
    service.answer("new", 0, milliseconds=20)
    Service(insights.store, "on-aci").answer_as_before("old", code=502, milliseconds=40)
    rows = {row["service_name"]: row for row in health(insights)}
    assert (rows["on-aci"]["failed"], rows["on-aci"]["p50_ms"], rows["churn-scoring"]["p50_ms"]) == (1, 40, 20)
    assert [row["service_name"] for row in health(insights, service="on-aci")] == ["on-aci"]
    assert health(insights, workspace="nowhere") == health(insights, until=NOON) == []


def test_the_run_that_made_a_model_is_the_last_one_that_registered_it(service, insights):
    service.answer("one", logged={})
    for run, tags in (("made", '"model_version": "3"'), ("other", '"model_version": "4"')):
        insights.run(run, started=NOON, seconds=60,
                     tags=f'{{"registration": "registered", "model_name": "churn", {tags}}}')
    insights.run("not", started=NOON, seconds=90,
                 tags='{"registration": "not_registered", "model_name": "churn", "model_version": "3"}')
    [row] = health(insights)
    assert (row["training_run_id"], row["training_run_url"]) == ("made", "https://ml.azure.com/runs/made")


def test_a_service_and_its_runs_may_write_the_name_of_their_workspace_in_other_case(service, insights):
    service.answer("one", logged={})
    insights.run("made", started=NOON, seconds=60, workspace_name="Sample-WS", tags=(
        '{"registration": "registered", "model_name": "churn", "model_version": "3"}'))
    [row] = health(insights, workspace="Sample-WS")
    assert (row["workspace_name"], row["training_run_id"]) == ("sample-ws", "made")
    assert len(insights.ask("scoring_requests", workspace="Sample-WS")) == 1
