"""Requests to an Azure DevOps that does not answer as it should."""
import json

import pytest

from azure_access.deadline import Deadline
from azure_access.errors import IdentityError, IdentityUnavailableError
from local_azure.control.models import Fault
from NotebookRuns.devops.organizations import SERVICE
from NotebookRuns.errors import DevOpsUnavailableError, NotThereError, RefusedError
from NotebookRuns.transport import Request, Transport
from tests.src.NotebookRuns.conftest import TOKEN


@pytest.fixture
def request_of(url):
    """A request for the list of test runs, with changes."""
    return lambda **changes: Request(**{
        "what": "the test runs", "method": "GET", "url": f"{url}/sales/_apis/test/runs", "query": {}, **changes})


def test_the_token_goes_with_it_whatever_netrc_says(transport, request_of, deadline, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert transport.ask_fields(request_of(), deadline).whole_number("count") == 0


@pytest.mark.parametrize("fault", [
    Fault("devops", 503, times=2), Fault("devops", 429, headers={"Retry-After": "7"}), Fault("devops", kind="reset"),
    Fault("devops", kind="half"), Fault("devops", 500)])
def test_what_passes_is_waited_out(transport, request_of, traffic, fault):
    pauses = []
    traffic.inject(fault)
    assert transport.ask(request_of(), Deadline(60, sleep=pauses.append))
    assert len(pauses) == fault.times and all(pause >= 7 for pause in pauses if fault.status == 429)


def test_what_lasts_is_an_error_that_another_attempt_may_mend(transport, request_of, traffic, deadline):
    traffic.inject(Fault("devops", 503, times=9))
    with pytest.raises(DevOpsUnavailableError, match="the test runs: HTTP 503 from Azure DevOps"):
        transport.ask(request_of(), deadline)
    assert sum(traffic.counts().values()) == 3


@pytest.mark.parametrize(("fault", "sent"), [(Fault("devops", 503), 1), (Fault("devops", kind="reset"), 1),
                                             (Fault("devops", 429), 2)])
def test_what_may_have_been_done_is_not_sent_again(transport, request_of, traffic, deadline, fault, sent):
    traffic.inject(fault)
    request = request_of(method="POST", body={"name": "notebooks"}, repeatable=False)
    if sent == 1:
        with pytest.raises(DevOpsUnavailableError):
            transport.ask(request, deadline)
    else:
        transport.ask(request, deadline)
    assert sum(traffic.counts().values()) == sent


@pytest.mark.parametrize("fault", [
    Fault("devops", 401), Fault("devops", 403), Fault("devops", 203, body="<html>Sign in</html>"),
    Fault("devops", 302, headers={"Location": "https://login"}),
    Fault("devops", 200, body="<html>", headers={"Content-Type": "text/html; charset=utf-8"})])
def test_who_is_not_let_in_is_told_what_to_do_whatever_the_status(transport, request_of, traffic, deadline, fault):
    traffic.inject(fault)
    with pytest.raises(IdentityError, match="the test runs: .* add the identity of the Function App to the organisat"):
        transport.ask(request_of(), deadline)
    assert sum(traffic.counts().values()) == 1


def test_a_token_that_has_expired_is_not_let_in(connections, request_of, deadline):
    with pytest.raises(IdentityError, match="HTTP 203"):
        Transport(SERVICE, connections, lambda deadline: "expired").ask(request_of(), deadline)


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("said", [
    "VS800075: The project with id 'vstfs:///Classification/TeamProject/1' does not exist, or you do not have "
    "permission to access it.", "TF200016: The following project does not exist: sales. Verify that the name is right"])
def test_a_project_that_is_not_shown_is_told_with_the_cure(transport, request_of, traffic, deadline, status, said):
    """Azure DevOps answers both alike, whether there is no such project or it hides it."""
    traffic.inject(Fault("devops", status, body=json.dumps({"message": said})))
    with pytest.raises(IdentityError, match=f"{said[:8]}.*add the identity of the Function App .* the project"):
        transport.ask(request_of(), deadline)


def test_nothing_there_that_azure_devops_does_not_say_itself_passes(transport, request_of, traffic, deadline):
    traffic.inject(Fault("devops", 404, body="<html>"))
    with pytest.raises(DevOpsUnavailableError, match="HTTP 404 that is not Azure DevOps's own"):
        transport.ask(request_of(), deadline)


def answer_or_raise(answers):
    def token(deadline):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer
    return token


def test_a_token_that_cannot_be_had_just_now_is_waited_for(connections, request_of, deadline):
    tokens = [IdentityUnavailableError("no token"), IdentityUnavailableError("no token"), TOKEN]
    asked = request_of(method="POST", body={"name": "notebooks"}, repeatable=False)
    assert Transport(SERVICE, connections, answer_or_raise(tokens)).ask(asked, deadline)


def test_only_a_token_that_is_refused_is_an_error_that_lasts(connections, request_of, deadline, traffic):
    lasting = [IdentityUnavailableError("no token for x")] * 9
    with pytest.raises(DevOpsUnavailableError, match="the test runs: no token for x"):
        Transport(SERVICE, connections, answer_or_raise(lasting)).ask(request_of(), deadline)
    refused = [IdentityError("no token")]
    with pytest.raises(IdentityError):
        Transport(SERVICE, connections, answer_or_raise(refused)).ask(request_of(), deadline)
    assert traffic.counts() == {}


@pytest.mark.parametrize("fault", [
    None, Fault("devops", 401), Fault("devops", 302, headers={"Location": "https://login"})])
def test_where_a_token_is_refused_another_one_is_tried_whatever_the_request(
        connections, request_of, deadline, traffic, fault):
    tokens = ["expired" if fault is None else TOKEN, TOKEN]
    if fault:
        traffic.inject(fault)
    asked = request_of(method="POST", body={"name": "notebooks"}, repeatable=False)
    assert Transport(SERVICE, connections, lambda deadline: tokens[0], lambda: tokens.pop(0)).ask(asked, deadline)
    assert len(tokens) == 1


@pytest.mark.parametrize(("status", "sent"), [(401, 2), (403, 1)])
def test_one_that_is_refused_again_is_an_error(connections, request_of, deadline, traffic, status, sent):
    traffic.inject(Fault("devops", status, times=9))
    forgotten = []
    with pytest.raises(IdentityError):
        Transport(SERVICE, connections, lambda deadline: TOKEN, lambda: forgotten.append(1)).ask(request_of(), deadline)
    assert sum(traffic.counts().values()) == len(forgotten) == sent


@pytest.mark.parametrize(("fault", "error", "told"), [
    (Fault("devops", 400, body='{"error": {"message": "of the workspace"}}'), RefusedError, "of the workspace"),
    (Fault("devops", 404, body='{"message": "gone"}'), NotThereError, "the test runs: gone"),
    (Fault("devops", 400, body='{"message": "no AccountKey=Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZg=="}'),
     RefusedError, "answers 400: no "), (Fault("devops", 413, body="large"), RefusedError, "it does not say why")])
def test_what_is_refused_is_told_without_secrets(transport, request_of, traffic, deadline, fault, error, told):
    traffic.inject(fault)
    with pytest.raises(error, match=told) as raised:
        transport.ask(request_of(), deadline)
    assert "Zm9v" not in str(raised.value)


def test_an_answer_is_read_no_further_than_it_may_be_long(transport, request_of, traffic, deadline):
    traffic.inject(Fault("devops", 200, body="x" * 100))
    with pytest.raises(RefusedError, match="it has more than 99 bytes"):
        transport.ask(request_of(most_bytes=99), deadline)


def test_an_answer_that_is_no_json_makes_no_sense(transport, request_of, traffic, deadline):
    traffic.inject(Fault("devops", 200, body="text"))
    with pytest.raises(DevOpsUnavailableError, match="is no JSON"):
        transport.ask_fields(request_of(), deadline)


def test_no_request_is_made_when_the_time_is_over(transport, request_of, traffic):
    with pytest.raises(DevOpsUnavailableError):
        transport.ask(request_of(), Deadline(0))
    assert traffic.counts() == {}


def test_what_nobody_was_asked_is_sent_again_whatever_it_is(transport, request_of):
    pauses = []
    request = request_of(method="POST", body={}, url="https://127.0.0.1:1/contoso", repeatable=False)
    with pytest.raises(DevOpsUnavailableError, match="refused"):
        transport.ask(request, Deadline(60, sleep=pauses.append))
    assert len(pauses) == 2


def test_nobody_there_is_an_error_that_another_attempt_may_mend(transport, request_of, deadline):
    with pytest.raises(DevOpsUnavailableError, match="no connection to 127.0.0.1:1: .*refused; if"):
        transport.ask(request_of(url="https://127.0.0.1:1/contoso"), deadline)
