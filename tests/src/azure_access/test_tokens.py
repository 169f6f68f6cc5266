import threading

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ServiceRequestError

from azure_access.deadline import Deadline
from azure_access.errors import IdentityError, IdentityUnavailableError
from azure_access.tokens import TokenSource
from redaction.redactor import redact_text

SCOPE = "https://monitor.azure.com/.default"
HOUR = 3_600


class Credential:
    """Hands out tokens of an hour, numbered; fails while it has an error to raise, waits while it is told to."""

    def __init__(self, clock):
        self.clock, self.asked, self.error, self.may_answer = clock, [], None, threading.Event()
        self.may_answer.set()

    def get_token(self, *scopes):
        self.asked += scopes
        self.may_answer.wait(60)
        if self.error:
            raise self.error
        return AccessToken(f"token {len(self.asked)}", int(self.clock.now) + HOUR)


class Clock:
    now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def credential(clock):
    return Credential(clock)


@pytest.fixture
def tokens(credential, clock):
    return TokenSource(credential, SCOPE, clock)


def test_a_token_is_kept_until_shortly_before_it_expires(tokens, credential, clock):
    assert tokens.get(Deadline(9)) == tokens.get(Deadline(9)) == "token 1"
    clock.now += HOUR - 301
    assert tokens.get(Deadline(9)) == "token 1"
    clock.now += 2
    assert tokens.get(Deadline(9)) == "token 2"
    assert credential.asked == [SCOPE, SCOPE]


def test_a_token_that_cannot_be_renewed_serves_until_it_expires(tokens, credential, clock):
    tokens.get(Deadline(9))
    credential.error = ClientAuthenticationError("no identity here")
    clock.now += HOUR - 10
    assert tokens.get(Deadline(9)) == "token 1"
    clock.now += 11
    with pytest.raises(IdentityError, match=r"no identity here\); if this lasts, enable the managed identity"):
        tokens.get(Deadline(9))


@pytest.mark.parametrize("error", [ClientAuthenticationError("no identity"), RuntimeError("hush"), OSError("hush")])
def test_no_token_is_an_error_that_names_the_scope_and_the_cure(tokens, credential, error):
    credential.error = error
    with pytest.raises(IdentityError, match=f"no token for {SCOPE}.*az login") as raised:
        tokens.get(Deadline(9))
    assert "hush" not in str(raised.value)
    credential.error = None
    assert tokens.get(Deadline(9)) == "token 2"


APP_SERVICE = ("DefaultAzureCredential failed to retrieve a token from the included credentials.\n"
               "ManagedIdentityCredential: App Service managed identity configuration not found in environment. Token "
               "request error: (invalid_scope) {}, said\n\tAzureCliCredential: Azure CLI not found on path")


def answered(status):
    error = HttpResponseError("said")
    error.status_code = status
    return error


@pytest.mark.parametrize("error", [
    ClientAuthenticationError(APP_SERVICE.format(500)), ClientAuthenticationError(APP_SERVICE.format(429)),
    ClientAuthenticationError("ManagedIdentityCredential: HTTPConnectionPool: Read timed out."),
    ClientAuthenticationError("Authentication failed: AADSTS90055: Too many requests."),
    ClientAuthenticationError("Authentication failed: AADSTS90033: A transient error has occurred."),
    ServiceRequestError("refused"), answered(503), answered(429), RuntimeError("hush")], ids=str)
def test_what_may_pass_is_an_error_of_its_own(tokens, credential, error):
    credential.error = error
    with pytest.raises(IdentityUnavailableError, match="if this lasts, enable"):
        tokens.get(Deadline(9))


@pytest.mark.parametrize("error", [
    ClientAuthenticationError(APP_SERVICE.format(400)), ClientAuthenticationError(APP_SERVICE.format(401)),
    ClientAuthenticationError("Authentication failed: AADSTS7000215: Invalid client secret provided."),
    ClientAuthenticationError("ManagedIdentityCredential: no response from the IMDS endpoint."),
    answered(400), answered(401)], ids=str)
def test_an_identity_that_is_refused_does_not_pass(tokens, credential, error):
    credential.error = error
    with pytest.raises(IdentityError, match="; enable the managed identity") as raised:
        tokens.get(Deadline(9))
    assert not isinstance(raised.value, IdentityUnavailableError)


def test_what_the_identity_says_of_the_cause_is_left_by_redaction_and_is_one_line(tokens, credential):
    credential.error = ClientAuthenticationError(
        "ChainedTokenCredential failed to retrieve a token from the included credentials.\nAttempted credentials:\n"
        "\tAzureCliCredential: Please run 'az login' to set up an account\n"
        "\tManagedIdentityCredential: ManagedIdentityCredential authentication unavailable.\n"
        "To mitigate this issue, please refer to the guidelines.")
    with pytest.raises(IdentityUnavailableError) as raised:
        tokens.get(Deadline(9))
    told = str(raised.value)
    assert told == redact_text(told)
    assert "; AzureCliCredential, Please run 'az login' to set up an account; ManagedIdentityCredential, " in told
    assert "\n" not in told


def test_a_slow_identity_is_awaited_until_the_deadline_and_asked_once(tokens, credential):
    credential.may_answer.clear()
    for _ in range(2):
        with pytest.raises(IdentityUnavailableError, match="in time"):
            tokens.get(Deadline(0.01))
    credential.may_answer.set()
    assert tokens.get(Deadline(9)) == "token 1"


def test_a_refused_token_is_not_used_again(tokens):
    assert tokens.get(Deadline(9)) == "token 1"
    tokens.forget()
    assert tokens.get(Deadline(9)) == "token 2"


def test_a_token_that_was_begun_is_there_without_another_request(tokens, credential):
    credential.may_answer.clear()
    tokens.begin()
    credential.may_answer.set()
    assert tokens.get(Deadline(9)) == "token 1"
    assert credential.asked == [SCOPE]


def test_a_begun_token_that_fails_is_asked_for_again(tokens, credential):
    credential.error = ClientAuthenticationError("no identity")
    tokens.begin()
    with pytest.raises(IdentityError):
        tokens.get(Deadline(9))
    credential.error = None
    assert tokens.get(Deadline(9)).startswith("token")
