"""The pipeline that has notebooks run, and its template: their message is one that the function takes."""
import json
import re
from pathlib import Path
from uuid import uuid4

import pytest
import yaml

from local_azure.devops.agentless_task import MOST_CHARACTERS
from NotebookRuns.errors import InvalidMessageError
from NotebookRuns.requests.messages import DEFAULT_MINUTES, parse_message
from tests.devops_pipelines import checks
from tests.devops_pipelines.expansion import variants
from tests.devops_pipelines.language_service import client
from tests.docs import pages

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "devops_pipelines"
TEMPLATE = FOLDER / "templates" / "notebooks-job.yml"
PAGE = REPOSITORY / "docs" / "notebooks.md"
TASK_PROPERTIES = {"PlanUrl": "https://dev.azure.com/contoso/", "HubName": "build", **{
    name: str(uuid4()) for name in ("ProjectId", "PlanId", "JobId", "TimelineId", "TaskInstanceId")}}
VARIABLES = {
    "do.organization": "contoso", "ex.compute": "cpu-cluster", "System.TeamProject": "sales",
    "Build.Repository.Name": "reports", "Build.SourceVersion": "a" * 40}


@pytest.fixture(scope="module")
def job():
    [pipeline] = variants(FOLDER / "notebooks.yml")
    return next(checks.parts(pipeline, "job"))


def read(task, variables):
    """What the function reads of the task's message, once the pipeline has put the values of variables in."""
    body = re.sub(r"\$\(([\w.]+)\)", lambda found: variables.get(found[1], found[0]), task["inputs"]["messageBody"])
    assert len(body) < MOST_CHARACTERS
    return parse_message(body.encode(), TASK_PROPERTIES)


def test_the_function_takes_the_message(job):
    request = read(job["steps"][0], VARIABLES)
    assert (request.organization, request.project, request.repository) == ("contoso", "sales", "reports")
    assert (request.version.name, request.version.kind) == ("a" * 40, "commit")
    assert request.notebooks and all((REPOSITORY / notebook).is_file() for notebook in request.notebooks)
    assert (request.compute, request.image, request.workspace) == ("cpu-cluster", None, None)
    assert request.timeout_minutes == DEFAULT_MINUTES


def test_a_variable_that_the_group_lacks_is_named(job):
    with pytest.raises(InvalidMessageError, match="ex.compute is a variable that the pipeline does not define"):
        read(job["steps"][0], VARIABLES | {"ex.compute": "$(ex.compute)"})


def test_the_message_has_every_variable_that_the_function_reads(job):
    sent = set(json.loads(job["steps"][0]["inputs"]["messageBody"]))
    documented = {name for first, *_ in pages.rows(PAGE, "The message") for name in pages.names(first)}
    assert sent == documented


def test_no_agent_waits_and_the_job_has_time_for_the_runs(job):
    [task] = job["steps"]
    assert (job["pool"], task["task"]) == ("server", "PublishToAzureServiceBus@2")
    assert task["inputs"]["waitForCompletion"] is True
    assert task["inputs"]["useDataContractSerializer"] is False
    assert job["timeoutInMinutes"] == task["timeoutInMinutes"] > DEFAULT_MINUTES


def test_what_another_repository_is_told_to_write_is_a_pipeline():
    [text] = [block for block in pages.code_blocks(PAGE) if "extends:" in block]
    assert client.find().check({"azure-pipelines.yml": text}) == {"azure-pipelines.yml": []}
    extended = yaml.safe_load(text)["extends"]
    declared = {one["name"]: one for one in yaml.safe_load(TEMPLATE.read_text("utf-8"))["parameters"]}
    assert REPOSITORY / extended["template"].partition("@")[0] == TEMPLATE
    needed = {name for name, one in declared.items() if "default" not in one}
    assert needed <= set(extended["parameters"]) <= set(declared)
