"""Requests to Azure Machine Learning by an identity whose tokens are late."""
import pytest

from azure_access.errors import IdentityUnavailableError
from azure_access.tokens import TokenSource
from PipelineSchedule.transport import Transport
from tests.src.PipelineSchedule.conftest import Identity


@pytest.fixture
def ask(workspace, serving, monkeypatch, deadline):
    """The status of the answer to a request, or to one that starts something, where the first tokens fail."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", serving[1])

    def ask(failures, starts):
        transport, url = Transport(TokenSource(Identity(failures), "scope"), workspace.url), f"{workspace.url}/nothing"
        answer = transport.start("it", url, deadline, {}, {}) if starts else transport.ask("it", url, deadline)
        return answer.status
    return ask


@pytest.mark.parametrize("starts", [False, True])
def test_a_token_that_cannot_be_had_just_now_is_waited_for(ask, starts):
    assert ask(2, starts) == 404
    with pytest.raises(IdentityUnavailableError, match="no token for scope"):
        ask(9, starts)
