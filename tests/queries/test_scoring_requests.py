"""Requests to scoring services with what was logged of them, for rows of either server."""
from datetime import timedelta
from pathlib import Path

import pytest

from tests.queries.scoring_rows import NOON, Service

SEED = Path(__file__).parent / "data" / "mlops_sample.kql"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def service(insights):
    return Service(insights.store)


def asked(insights, **lets):
    return insights.ask("scoring_requests", **lets)


def test_a_request_has_its_line_its_predictions_and_its_caller(service, insights):
    service.answer("one", milliseconds=1234, logged={
        "NumberOfPredictions": 3, "PredictionMean": 0.25, "PredictionStd": 0.1, "PredictionMin": 0.1,
        "PredictionMax": 0.4, "TraceParent": TRACE})
    service.log("a line that is no JSON {")
    [row] = asked(insights)
    assert row | {"log_text": "", "response_text": ""} == {
        "request_time": NOON, "workspace_name": "sample-ws", "service_name": "churn-scoring",
        "deployment_name": "blue", "model_name": "churn", "model_version": "3", "request_id": "one",
        "result_code": "200", "is_success": True, "duration_ms": 1234, "predictions": 3, "prediction_mean": 0.25,
        "prediction_std": 0.1, "prediction_least": 0.1, "prediction_most": 0.4, "trace_parent": TRACE,
        "caller_trace_id": "0af7651916cd43dd8448eb211c80319c", "log_text": "", "response_text": "",
        "replica": "blue-6c1f0a2b"}
    assert '"NumberOfPredictions": 3' in row["log_text"] and row["response_text"] == '{"result": [0.5]}'


def test_a_500_is_a_failure_although_the_columns_say_success(service, insights):
    service.answer("bad", code=500)
    [row] = asked(insights)
    assert insights.store.query("requests | project success, resultCode").rows == (("True", "0"),)
    assert (row["is_success"], row["result_code"], row["log_text"]) == (False, "500", "")


def test_rows_of_services_on_aci_and_aks_are_joined_by_the_content_of_their_traces(service, insights):
    service.answer_as_before("old", milliseconds=31, logged={"NumberOfPredictions": 2, "TraceParent": TRACE})
    service.answer_as_before("refused", code=400)
    found = {row["request_id"]: row for row in asked(insights)}
    assert (found["old"]["predictions"], found["old"]["duration_ms"], found["old"]["trace_parent"]) == (2, 31, TRACE)
    assert [found[name]["is_success"] for name in ("old", "refused")] == [True, False]


def test_a_request_without_a_line_is_there_and_a_line_without_a_request_is_not(service, insights):
    service.answer("silent")
    service.log('{"RequestId": "nobody", "NumberOfPredictions": 1}')
    service.log('{"RequestId": "", "NumberOfPredictions": 1}')
    assert [(row["request_id"], row["predictions"]) for row in asked(insights)] == [("silent", None)]


def test_requests_of_others_are_none_of_a_scoring_service(service, insights):
    service.send("RequestData", 0, {
        "id": "run", "name": "flight-delay", "duration": "00:01:00", "success": True, "responseCode": "Completed",
        "properties": {"run_id": "run"}})
    assert asked(insights) == []


def test_what_came_twice_counts_once(service, insights):
    for _ in range(2):
        service.answer("one", logged={"NumberOfPredictions": 3})
    assert len(asked(insights)) == 1


def test_one_service_deployment_time_or_only_failures_can_be_asked_for(service, insights):
    service.answer("a", 0)
    Service(insights.store, replica="green-6c1f0a2b").answer("b", 1, code=503)
    Service(insights.store, "other", "green-7d9f8b6c55-x2x4z").answer("c", 2)
    questions = ({}, {"service": "other"}, {"deployment": "green"}, {"failed_only": True}, {"workspace": "nowhere"},
                 {"since": NOON + timedelta(minutes=1), "until": NOON + timedelta(minutes=2)})
    assert ["".join(row["request_id"] for row in asked(insights, **one)) for one in questions] == [
        "cba", "c", "cb", "b", "", "b"]


def test_the_mlops_samples_own_query_joins_rows_of_services_on_aci_and_aks(service, insights):
    service.answer_as_before("old", milliseconds=31, logged={"NumberOfPredictions": 2, "TraceParent": TRACE})
    [row] = insights.ask(SEED)
    assert row == {
        "timestamp": NOON, "id": "old", "success": "True", "resultCode": "200", "duration": 31.0,
        "workspace": '"sample-ws"', "service": '"churn-scoring"', "NumberOfPredictions": "2", "TraceParent": TRACE}
