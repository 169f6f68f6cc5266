"""A run is started once for each key, whatever fails and however many instances are asked."""
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from starlette.responses import JSONResponse, Response

from azure_access.deadline import Deadline
from azure_access.errors import MonitorError
from PipelineSchedule.keys import make_key
from PipelineSchedule.pipelines import BatchEndpoint, PipelineEndpoint, PublishedPipeline
from PipelineSchedule.refusals import Refusal
from PipelineSchedule.submissions import Submission
from PipelineSchedule.submitter import Order, Started
from tests.src.PipelineSchedule.workspace_double import ENDPOINT_ID, PIPELINE_ID

PUBLISHED = PublishedPipeline(PIPELINE_ID)
ASKED = Submission("batch_scoring", {"size": "50"}, {"team": "a"}, "by hand")
BROKEN = (None, False)


def order(key="k", pipeline=PUBLISHED, submission=ASKED):
    return Order(pipeline, submission, make_key(key, "nightly", submission), {"submitted_by": "function"},
                 has_key=key is not None)


def refused(submitter, deadline, **given):
    with pytest.raises(Refusal) as caught:
        submitter.submit(order(**given), deadline)
    return caught.value


def test_a_published_pipeline_is_started(workspace, open_submitter, deadline):
    assert open_submitter().submit(order(), deadline) == Started("run-1", is_repeat=False)
    [(path, headers, body)] = workspace.started
    assert path.endswith(f"/workspaces/ws/PipelineRuns/PipelineSubmit/{PIPELINE_ID}")
    assert headers["authorization"].startswith("Bearer https://management.azure.com/.default ")
    assert body == {"ExperimentName": "batch_scoring", "ParameterAssignments": {"size": "50"}, "Description": "by hand",
                    "Tags": {"team": "a", "submitted_by": "function", **order().key.tags}}


@pytest.mark.parametrize(("version", "query"), [(None, ""), ("1", "?pipelineVersion=1")])
def test_a_pipeline_endpoint_is_started(workspace, open_submitter, deadline, version, query):
    open_submitter().submit(order(pipeline=PipelineEndpoint(ENDPOINT_ID, version)), deadline)
    assert workspace.started[0][0].endswith(f"/PipelineRuns/PipelineEndpointSubmit/Id/{ENDPOINT_ID}{query}")


def test_a_batch_endpoint_is_started_with_its_own_audience_and_an_id_that_repeats(workspace, open_submitter, deadline):
    given = {"pipeline": BatchEndpoint("scoring", "blue")}
    for submitter in (open_submitter(), open_submitter()):
        submitter.submit(order(**given), deadline)
    (_, headers, body), (_, again, _) = workspace.started
    assert headers["authorization"].startswith("Bearer https://ml.azure.com/.default ")
    assert headers["azureml-model-deployment"] == "blue"
    assert headers["repeatability_request-id"] == again["repeatability_request-id"] == order(**given).key.request_id
    assert body == {"properties": {"InputData": {"size": {"JobInputType": "Literal", "Value": "50"}},
                                   "properties": {"experimentName": "batch_scoring"}}}


def test_the_same_key_is_the_same_run_in_one_instance_and_in_another(workspace, open_submitter, deadline):
    first, other = open_submitter(), open_submitter()
    started = [submitter.submit(order(), deadline) for submitter in (first, first, other)]
    assert [(one.run_id, one.is_repeat) for one in started] == [("run-1", False), ("run-1", True), ("run-1", True)]
    assert len(workspace.started) == 1


def test_another_key_and_no_key_are_other_runs(workspace, open_submitter, deadline):
    submitter = open_submitter()
    assert {submitter.submit(order(key), deadline).run_id for key in ("k", "l", None, None)} == {
        "run-1", "run-2", "run-3", "run-4"}


def test_a_key_is_good_for_a_day(workspace, open_submitter, deadline):
    workspace.add_run("batch_scoring", dict(order().key.tags), age=timedelta(hours=25))
    assert open_submitter().submit(order(), deadline) == Started("run-2", is_repeat=False)
    assert workspace.canceled == []


@pytest.mark.parametrize("hours_ahead", [-30, 30])
@pytest.mark.parametrize(("age_hours", "is_repeat"), [(23, True), (25, False)])
def test_how_old_a_run_is_the_service_tells_whatever_the_time_is_here(
        workspace, open_submitter, deadline, service_clock, hours_ahead, age_hours, is_repeat):
    service_clock.ahead = timedelta(hours=hours_ahead)
    workspace.add_run("batch_scoring", dict(order().key.tags), age=timedelta(hours=age_hours))
    assert open_submitter().submit(order(), deadline).is_repeat == is_repeat


def test_an_instance_remembers_a_run_that_carries_no_tags_for_a_day(workspace, open_submitter, deadline):
    now = 1_000.0
    submitter = open_submitter(lambda: now)
    for seconds, expected in ((0, ("run-1", False)), (86_399, ("run-1", True)), (1, ("run-2", False))):
        now += seconds
        assert submitter.submit(order(pipeline=BatchEndpoint("scoring")), deadline) == Started(*expected)


def test_a_key_with_another_body_is_a_conflict(workspace, open_submitter, deadline):
    open_submitter().submit(order(), deadline)
    error = refused(open_submitter(), deadline, submission=Submission("batch_scoring", {"size": "60"}))
    assert (error.status, error.code) == (409, "KeyReused")
    assert "run-1" in str(error)


def test_of_two_that_were_started_in_the_same_moment_the_first_stays(workspace, open_submitter, deadline):
    workspace.before_start = lambda: workspace.runs or workspace.add_run("batch_scoring", dict(order().key.tags))
    assert open_submitter().submit(order(), deadline).run_id == "run-1"
    assert workspace.canceled == ["run-2"]


@pytest.mark.parametrize("status", [429, 404])
def test_the_other_one_that_could_not_be_cancelled_is_when_the_caller_asks_again(workspace, open_submitter, deadline,
                                                                                 status):
    workspace.before_start = lambda: workspace.runs or workspace.add_run("batch_scoring", dict(order().key.tags))
    workspace.cancel_refusal = Response(status_code=status)
    assert refused(open_submitter(), deadline).retry_after_seconds
    for is_refused, canceled in ((True, []), (False, ["run-2"])):
        workspace.cancel_refusal = workspace.cancel_refusal if is_refused else None
        assert open_submitter().submit(order(), deadline) == Started("run-1", is_repeat=True)
        assert workspace.canceled == canceled


def test_a_second_run_that_has_ended_or_is_about_to_is_not_cancelled_again(workspace, open_submitter, deadline):
    for _ in range(3):
        workspace.add_run("batch_scoring", dict(order().key.tags))
    workspace.runs[1]["status"] = "Canceled"
    for _ in range(3):
        assert open_submitter().submit(order(), deadline) == Started("run-1", is_repeat=True)
    assert workspace.canceled == ["run-3"]


def test_requests_with_one_key_at_the_same_time_start_one_run(workspace, open_submitter, deadline):
    submitter = open_submitter()
    with ThreadPoolExecutor(8) as threads:
        started = list(threads.map(lambda _: submitter.submit(order(), deadline), range(8)))
    assert {one.run_id for one in started} == {"run-1"}
    assert sorted(one.is_repeat for one in started) == [False] + [True] * 7
    assert submitter._turns == {}


@pytest.mark.parametrize("key", ["k", None])
@pytest.mark.parametrize("fault", [
    (None, True), (Response(status_code=500), True), (Response(status_code=504), True),
    (Response("{", media_type="application/json"), True), (JSONResponse({}), True)],
    ids=["broken", "500", "504", "half an answer", "no id"])
def test_a_run_whose_answer_was_lost_is_found(workspace, open_submitter, deadline, fault, key):
    workspace.faults = [fault]
    assert open_submitter().submit(order(key), deadline).run_id == "run-1"
    assert len(workspace.started) == 1


@pytest.mark.parametrize("fault", [BROKEN, (Response(status_code=502), False)], ids=["broken", "502"])
def test_a_lost_request_is_not_sent_again_but_by_the_caller(workspace, open_submitter, deadline, fault):
    workspace.faults = [fault]
    error = refused(open_submitter(), deadline)
    assert (error.status, error.retry_after_seconds) == (503, 30)
    assert "send the request again with the same Idempotency-Key" in str(error)
    assert len(workspace.started) == 1
    assert open_submitter().submit(order(), deadline) == Started("run-1", is_repeat=False)


@pytest.mark.parametrize("answer", [Response(status_code=429), Response(status_code=503, headers={"Retry-After": "1"})],
                         ids=["throttled", "busy"])
def test_a_request_that_was_refused_for_a_moment_is_sent_again(workspace, open_submitter, deadline, answer):
    workspace.faults = [(answer, False)]
    assert open_submitter().submit(order(), deadline).run_id == "run-1"
    assert len(workspace.started) == 2


@pytest.mark.parametrize(("answer", "status", "code", "wait"), [
    (Response(status_code=429, headers={"Retry-After": "90"}), 429, "Throttled", 90),
    (Response(status_code=503, headers={"Retry-After": "90"}), 503, "ServiceUnavailable", 90),
    (Response(status_code=401), 502, "AccessDenied", None), (Response(status_code=403), 502, "AccessDenied", None),
    (JSONResponse({"error": {"message": "Pipeline is disabled"}}, 409), 409, "PipelineUnavailable", None),
    (JSONResponse({"error": {"message": "no graph"}}, 404), 409, "PipelineUnavailable", None),
])
def test_a_refusal_of_the_service_is_told_and_its_cure(workspace, open_submitter, deadline, answer, status, code, wait):
    workspace.faults = [(answer, False)] * 9
    error = refused(open_submitter(), deadline)
    assert (error.status, error.code, error.retry_after_seconds) == (status, code, wait)
    if code == "AccessDenied":
        assert "the role AzureML Data Scientist on the workspace ws" in str(error)


def test_a_refused_token_is_asked_for_anew(workspace, open_submitter, deadline):
    submitter = open_submitter()
    workspace.refusal = Response(status_code=401)
    assert refused(submitter, deadline).status == 502
    workspace.refusal = None
    submitter.submit(order(), deadline)
    tokens = [headers["authorization"].rpartition(" ")[2] for _, _, headers, _ in workspace.requests]
    assert tokens[0] == "1" and set(tokens[1:]) == {"2"}


def test_what_the_service_says_of_a_parameter_names_it(workspace, open_submitter, deadline):
    workspace.faults = [(JSONResponse({"error": {"message": "Value of size is not an integer"}}, 400), False)]
    error = refused(open_submitter(), deadline)
    assert (error.status, error.problems[0].field) == (400, "parameters.size")
    assert error.problems[0].message == "Value of size is not an integer"


def test_a_parameter_that_the_pipeline_has_not_is_named_and_nothing_is_started(workspace, open_submitter, deadline):
    error = refused(open_submitter(), deadline, submission=Submission("e", {"sise": "50"}))
    assert (error.status, error.problems[0].field) == (400, "parameters.sise")
    assert "but size" in error.problems[0].message
    assert workspace.started == []


@pytest.mark.parametrize(("pipeline", "changed", "said"), [
    (PUBLISHED, {"pipeline": {"EntityStatus": "2"}}, "published pipeline is disabled"),
    (PUBLISHED, {"pipeline": {"EntityStatus": "Disabled"}}, "published pipeline is disabled"),
    (PipelineEndpoint(ENDPOINT_ID), {"endpoint": {"EntityStatus": "2"}}, "pipeline endpoint is disabled"),
    (PipelineEndpoint(ENDPOINT_ID, "7"), {}, "has no version 7"),
    (PublishedPipeline(ENDPOINT_ID), {}, "no such published pipeline any more"),
    (PipelineEndpoint(PIPELINE_ID), {}, "no such pipeline endpoint any more"),
    (BatchEndpoint("gone"), {}, "no such batch endpoint any more"),
])
def test_a_pipeline_that_cannot_be_started_is_told(workspace, open_submitter, deadline, pipeline, changed, said):
    for name, value in changed.items():
        setattr(workspace, name, value)
    error = refused(open_submitter(), deadline, pipeline=pipeline)
    assert (error.status, error.code) == (409, "PipelineUnavailable")
    assert said in str(error)
    assert workspace.started == []


def test_a_service_that_is_down_is_told(workspace, open_submitter, deadline):
    workspace.refusal = Response(status_code=503)
    assert refused(open_submitter(), deadline).status == 503


def test_a_workspace_that_is_not_there_is_told(workspace, open_submitter, deadline):
    workspace.refusal = Response(status_code=404)
    assert refused(open_submitter(), deadline).code == "NoWorkspace"


def test_no_time_starts_nothing(workspace, open_submitter):
    with pytest.raises(MonitorError):
        open_submitter().submit(order(), Deadline(0))
    assert workspace.started == []
