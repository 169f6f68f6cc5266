"""Messages of the pipeline's task: what they ask for, and every problem of one that cannot be used."""
import json
import logging

import pytest

from azure_access.workspaces import WorkspaceId
from local_azure.service_bus.data_contract import wrap
from NotebookRuns.errors import InvalidMessageError
from NotebookRuns.requests.messages import MOST_BYTES, NotebookRequest, Version, parse_message
from NotebookRuns.requests.plans import Plan, is_trusted

GUIDS = [f"{digit}1234567-89bc-0123-def4-abc56789def0" for digit in "12345"]
TOKEN = "the-live-token-of-the-task"
PROPERTIES = {
    "PlanUrl": "https://dev.azure.com/contoso/", "ProjectId": GUIDS[0].upper(), "HubName": "build", "PlanId": GUIDS[1],
    "JobId": GUIDS[2], "TimelineId": GUIDS[3], "TaskInstanceId": GUIDS[4], "TaskInstanceName": "task",
    "AuthToken": TOKEN}
VARIABLES = {
    "do.organization": "contoso", "do.project": "my sales", "ex.compute": "cpu-cluster",
    "ex.image": "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04", "gh.repo": "notebooks",
    "rp.condaFile": "src/environment.yml", "rp.notebooks": "one.ipynb, reports/*.ipynb,,one.ipynb",
    "rp.version": "dev", "ws.name": "ml", "ws.resourceGroup": "rg", "ws.subscription": GUIDS[0],
    "ex.timeoutMinutes": "90", "rp.changedSince": "refs/heads/main"}


def parse(changes=(), properties=(), hosts=()):
    body = {name: value for name, value in (VARIABLES | dict(changes)).items() if value is not None}
    return parse_message(json.dumps(body).encode(), PROPERTIES | dict(properties), hosts)


def problems(*arguments, **options):
    with pytest.raises(InvalidMessageError) as raised:
        parse(*arguments, **options)
    return str(raised.value)


def test_every_variable_of_the_glossary_is_read():
    assert parse() == NotebookRequest(
        plan=Plan("https://dev.azure.com/contoso", *[GUIDS[0], "build", *GUIDS[1:]]), organization="contoso",
        project="my sales", repository="notebooks", version=Version("dev"),
        notebooks=("one.ipynb", "reports/*.ipynb"), compute="cpu-cluster",
        image="mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04", conda_file="src/environment.yml",
        workspace=WorkspaceId(GUIDS[0], "rg", "ml"), timeout_minutes=90, token=TOKEN,
        changed_since=Version("main", "branch"))


def test_what_is_optional_may_be_missing_or_empty():
    request = parse({"ex.image": "", "rp.condaFile": None, "rp.version": None, "ws.name": None,
                     "ws.resourceGroup": None, "ws.subscription": "", "ex.timeoutMinutes": None}, {"AuthToken": None})
    assert (request.image, request.conda_file, request.version, request.workspace) == (None, None, Version(), None)
    assert (request.timeout_minutes, request.token) == (60, None)


def test_variables_may_be_grouped():
    grouped = {}
    for name, value in VARIABLES.items():
        group, _, member = name.partition(".")
        grouped.setdefault(group, {})[member] = value
    assert parse_message(json.dumps(grouped).encode(), PROPERTIES) == parse()


@pytest.mark.parametrize("change", [wrap, lambda text: b"\xef\xbb\xbf" + text.encode(), lambda text: b'"' +
                                    text.encode() + b'"', lambda text: f"  {text}\n".encode()])
def test_what_is_around_the_json_does_not_matter(change):
    assert parse_message(change(json.dumps(VARIABLES)), PROPERTIES) == parse()


@pytest.mark.parametrize(("version", "read"), [
    ("B" * 40, Version("b" * 40, "commit")), ("refs/heads/a/b", Version("a/b", "branch")),
    ("refs/tags/v1", Version("v1", "tag")), ("v1.0", Version("v1.0")), ("b" * 39, Version("b" * 39))])
def test_a_version_is_a_commit_a_branch_or_a_tag(version, read):
    assert parse({"rp.version": version}).version == read


def test_a_build_that_is_for_no_pull_request_compares_with_nothing():
    assert parse({"rp.changedSince": "$(System.PullRequest.TargetBranch)"}).changed_since is None
    assert "rp.changedSince is a variable that" in problems({"rp.changedSince": "$(lastGood)"})


@pytest.mark.parametrize("repository", [
    "my repo", "https://dev.azure.com/contoso/my%20sales/_git/my%20repo",
    "https://me@dev.azure.com/Contoso/My%20Sales/_git/my%20repo",
    "https://contoso.visualstudio.com/DefaultCollection/my%20sales/_git/my%20repo"])
def test_a_repository_is_named_or_addressed(repository):
    assert parse({"gh.repo": repository}).repository == "my repo"


@pytest.mark.parametrize("repository", [
    "https://github.com/example/repo", "https://dev.azure.com/contoso/sales", "https://evil.com/a/_git/b",
    "https://dev.azure.com/a/b/_git/"])
def test_a_repository_elsewhere_is_refused_with_a_cure(repository):
    assert "gh.repo is no repository of Azure Repos: import it there" in problems({"gh.repo": repository})


@pytest.mark.parametrize("repository", [
    "https://dev.azure.com/other/my%20sales/_git/repo", "https://dev.azure.com/contoso/other/_git/repo",
    "https://other.visualstudio.com/my%20sales/_git/repo"])
def test_a_repository_of_another_project_is_no_namesake_here(repository):
    assert "gh.repo is of another organization or project" in problems({"gh.repo": repository})


@pytest.mark.parametrize(("changes", "problem"), [
    ({"ex.timeoutMinutes": 0}, "ex.timeoutMinutes is no number"),
    ({"do.organization": None}, "do.organization is missing"), ({"do.project": 7}, "do.project is no text"),
    ({"ex.compute": ""}, "ex.compute is missing"), ({"ex.compute": "../x"}, "ex.compute is no name"),
    ({"do.project": ".."}, "do.project is no name"), ({"do.project": "a/b"}, "do.project is no name"),
    ({"gh.repo": None}, "gh.repo is missing"), ({"gh.repo": "a?b"}, "gh.repo is no name"),
    ({"rp.notebooks": " , "}, "rp.notebooks is missing"), ({"rp.notebooks": 7}, "rp.notebooks is missing"),
    ({"rp.notebooks": ",".join(map(str, range(51)))}, "rp.notebooks has over"),
    ({"rp.notebooks": "x" * 257}, "rp.notebooks has over"),
    ({"rp.version": "$(rp.version)"}, "rp.version is a variable that the pipeline does not define"),
    ({"ex.image": "a\nb"}, "ex.image is no text"), ({"ex.image": "x" * 257}, "ex.image is no text"),
    ({"ws.name": None}, "ws.name is missing"), ({"ex.timeoutMinutes": "soon"}, "ex.timeoutMinutes is no number"),
    ({"ex.timeoutMinutes": 0.5}, "ex.timeoutMinutes is no number"), ({"ex.timeoutMinutes": -1}, "ex.timeoutMinutes is"),
    ({"ex.timeoutMinutes": 2881}, "ex.timeoutMinutes is no number")])
def test_a_variable_that_cannot_be_is_named(changes, problem):
    assert problem in problems(changes)


@pytest.mark.parametrize(("properties", "problem"), [
    ({name: None}, f"the property {name} is missing") for name in PROPERTIES if name not in (
        "AuthToken", "TaskInstanceName")] + [
    ({"PlanId": "../../x"}, "the property PlanId is no GUID"), ({"HubName": "a/b"}, "the property HubName is no name"),
    ({"PlanUrl": "https://evil.com/"}, "the property PlanUrl is no address of Azure DevOps")])
def test_a_property_that_cannot_be_is_named(properties, problem):
    assert problem in problems((), properties)


def test_every_problem_is_told_at_once():
    told = problems({"do.project": None, "ex.compute": None}, {"PlanId": "x"})
    assert told.count(";") == 2 and "PlanId" in told and "do.project" in told and "ex.compute" in told


@pytest.mark.parametrize(("body", "problem"), [
    (b"", "no JSON"), (b"notebooks", "no JSON"), (b"{", "no JSON"), (b"[1]", "no JSON"), (b"}{", "no JSON"),
    (b"{" * 30_000 + b"}", "no JSON"), (b'{"version": 2}', "of another version"),
    (b"{" + b" " * MOST_BYTES + b"}", "more than the 65,536")])
def test_a_body_that_is_no_message_is_refused(body, problem):
    with pytest.raises(InvalidMessageError, match=problem):
        parse_message(body, PROPERTIES)


@pytest.mark.parametrize(("url", "trusted"), [
    ("https://dev.azure.com/contoso", True), ("https://contoso.visualstudio.com", True),
    ("https://127.0.0.1:8443/contoso", True), ("http://dev.azure.com/contoso", False),
    ("https://dev.azure.com.evil.com/", False), ("https://dev.azure.com@evil.com/", False),
    ("https://evil.com\\@dev.azure.com/", False), ("https://dev.azure.com:444/", False),
    ("https://127.0.0.1:9/contoso", False), ("https://dev.azure.com/a?b=c", False),
    ("https://visualstudio.com/", False), ("https://[::1", False), ("https://dev.azure.com:x/", False)])
def test_tokens_go_to_azure_devops_alone(url, trusted):
    assert is_trusted(url, ["127.0.0.1:8443"]) is trusted


def test_the_token_is_in_nothing_that_is_written_down(caplog):
    caplog.set_level(logging.DEBUG)
    request = parse()
    logging.info("%s %r", request, request)
    assert request.token == TOKEN and TOKEN not in caplog.text and TOKEN not in repr(request.plan)
    assert TOKEN not in problems({"do.project": None})


@pytest.mark.parametrize("group", ["sp.password", "sb.connection", "fx.azureSubscription"])
def test_what_the_pipeline_alone_needs_is_not_read(group):
    secret = "A/fb0+secret+of+the+pipeline"
    assert secret not in repr(parse({group: secret}))
    assert secret not in problems({group: secret, "do.project": None})
