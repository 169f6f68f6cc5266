"""What the smoke tests refuse before they ask anybody, and never show of a secret."""
import pytest

from devops_pipelines import scoring_smoke_test, smoke_test

URL = "https://app.example.com"
PROGRAMS = {
    smoke_test: ["--function-url", URL, "--query-url", URL, "--event-subscription", "/subscriptions/s"],
    scoring_smoke_test: ["--scoring-url", URL, "--query-url", URL]}
SECRETS = {smoke_test: ("FUNCTION_KEY", "QUERY_TOKEN", "MANAGEMENT_TOKEN"),
           scoring_smoke_test: ("SCORING_TOKEN", "QUERY_TOKEN")}

each_program = pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__.rpartition(".")[2])


@pytest.fixture
def refused(monkeypatch, capsys):
    """The line with which a program refuses what it is given."""
    for name in {name for names in SECRETS.values() for name in names}:
        monkeypatch.setenv(name, "hush")

    def start(program, *arguments):
        with pytest.raises(SystemExit) as ended:
            program.main([*PROGRAMS[program], *arguments])
        assert ended.value.code == 2
        return capsys.readouterr().err.splitlines()[-1]
    return start


@each_program
@pytest.mark.parametrize("seconds", ["nan", "inf", "-inf", "-1", "0", "1e300", "soon", ""])
@pytest.mark.parametrize("name", ["--timeout", "--interval"])
def test_seconds_are_a_number_that_can_be_waited_for(refused, program, name, seconds):
    assert refused(program, f"{name}={seconds}").endswith(
        f"argument {name}: {seconds!r} is no number of seconds above 0 and up to 86400")


@each_program
@pytest.mark.parametrize("url", [
    "https://[x", "https://", "https://:443", "https://app:port", "https://app:99999", "https://a..b",
    "https://app/a b", "https://app/a\nb", "https://app/ä", "https://ä.de"])
def test_an_address_is_one(refused, program, url):
    said = f"argument --query-url: {url!r} is no address such as https://APP.azurewebsites.net"
    assert refused(program, "--query-url", url).endswith(said)


@each_program
@pytest.mark.parametrize("value", ["two\nlines", "at the end\n", "geheim\u043d\u044b\u0439", "\udcff", "two words"])
def test_a_secret_that_http_cannot_send_is_named_and_not_shown(refused, monkeypatch, program, value):
    for name in SECRETS[program]:
        monkeypatch.setenv(name, value)
        said = refused(program)
        assert f"{name}: a space, a line break or a letter that is not ASCII is in it" in said
        assert value not in said and "hush" not in said
        monkeypatch.setenv(name, "hush")


@pytest.mark.parametrize("name", ["a\nb", "\u043d", "a b"])
def test_a_deployment_has_a_name_that_a_header_can_have(refused, name):
    assert f"{name!r} is no name" in refused(scoring_smoke_test, "--deployment", name)


@pytest.mark.parametrize("resource_id", ["", "topics/t", "@example.com/", "/"])
def test_no_other_host_is_asked_about_a_subscription(refused, resource_id):
    assert f"{resource_id!r} does not begin with /subscriptions/" in refused(
        smoke_test, "--event-subscription", resource_id)
