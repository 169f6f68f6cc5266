"""Requests to Azure Machine Learning by an identity whose tokens are late, or refused."""
import pytest
from starlette.responses import JSONResponse

from azure_access.deadline import Deadline
from azure_access.errors import IdentityUnavailableError
from azure_access.tokens import TokenSource
from PipelineSchedule.refusals import Refusal
from PipelineSchedule.transport import Transport
from tests.src.PipelineSchedule.conftest import Identity


@pytest.fixture
def ask(workspace, serving, monkeypatch, deadline):
    """The status of the answer to a request, or to one that starts something, where the first tokens fail."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", serving[1])

    def ask(failures, starts):
        transport, url = Transport(TokenSource(Identity(failures), "scope")), f"{workspace.url}/nothing"
        answer = transport.start("it", url, deadline, {}, {}) if starts else transport.ask("it", url, deadline)
        return answer.status
    return ask


@pytest.mark.parametrize("starts", [False, True])
def test_where_a_token_is_refused_another_one_is_tried(ask, workspace, starts):
    workspace.refusal = JSONResponse({}, 401)
    assert ask(0, starts) == 401
    assert [headers["authorization"] for _, _, headers, _ in workspace.requests] == [
        "Bearer scope 1", "Bearer scope 2"]


@pytest.mark.parametrize("starts", [False, True])
def test_a_token_that_cannot_be_had_just_now_is_waited_for(ask, starts):
    assert ask(2, starts) == 404
    with pytest.raises(IdentityUnavailableError, match="no token for scope"):
        ask(9, starts)


def test_what_nobody_was_asked_to_start_was_not_started():
    pauses = []
    transport = Transport(TokenSource(Identity(), "scope"))
    with pytest.raises(Refusal, match="it: Azure Machine Learning cannot be reached, no connection to .* try again"):
        transport.start("it", "https://127.0.0.1:1/a", Deadline(20, sleep=pauses.append), {}, {})
    assert len(pauses) == 2
