"""What the function asks of Azure DevOps, against the local one."""
import io
import json
import subprocess
import zipfile
from datetime import timedelta

import pytest

from azure_access.errors import IdentityError
from local_azure.control.models import Fault
from NotebookRuns.devops import organizations as module
from NotebookRuns.devops.organizations import Attachment
from NotebookRuns.errors import DevOpsUnavailableError, NotThereError, RefusedError
from NotebookRuns.reports.cells import CellResult
from NotebookRuns.requests.messages import Version


def download(organizations, project, deadline, version=Version(), repository="my notebooks"):
    content = organizations.download(project, repository, version, deadline)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.fixture
def commits(folder):
    """Two commits on `main`, the first with the tag `v1`; their ids."""
    def git(*arguments):
        return subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false", "-C",
                               folder, *arguments], check=True, capture_output=True, text=True).stdout.strip()

    git("init", "--quiet", "--initial-branch", "main")
    ids = []
    for text in ("first", "second"):
        (folder / "one.ipynb").write_text(text)
        git("add", ".")
        git("commit", "--quiet", "--message", text)
        ids.append(git("rev-parse", "HEAD"))
    git("tag", "v1", ids[0])
    return ids


def test_a_repository_comes_as_a_zip(organizations, project, deadline):
    assert download(organizations, project, deadline) == {"one.ipynb": "{}"}


@pytest.mark.parametrize(("version", "text"), [
    (Version(), "second"), (Version("main"), "second"), (Version("v1"), "first"), (Version("v1", "tag"), "first"),
    (Version("{first}", "commit"), "first")])
def test_a_version_is_what_it_says_or_a_branch_or_else_a_tag(organizations, project, deadline, commits, version, text):
    version = Version(version.name.format(first=commits[0]), version.kind)
    assert download(organizations, project, deadline, version) == {"one.ipynb": text}


@pytest.mark.parametrize(("version", "repository", "code"), [
    (Version("none"), "my notebooks", "TF401175"), (Version("v1", "branch"), "my notebooks", "TF401175"),
    (Version("0" * 40, "commit"), "my notebooks", "TF401175"), (Version("none"), "other", "TF401019")])
def test_what_is_not_there_is_told_as_azure_devops_tells_it(organizations, project, deadline, commits, version,
                                                            repository, code):
    with pytest.raises(NotThereError, match=f"the repository {repository}: {code}"):
        download(organizations, project, deadline, version, repository)


def test_a_repository_is_read_no_further_than_it_may_be_large(organizations, project, deadline, monkeypatch):
    monkeypatch.setattr(module, "MOST_ZIP_BYTES", 100)
    with pytest.raises(RefusedError, match="the repository my notebooks: it has more than 100 bytes"):
        organizations.download(project, "my notebooks", Version(), deadline)


def test_a_test_run_is_made_filled_and_ended(organizations, project, deadline, organization, monkeypatch):
    monkeypatch.setattr(module, "_RESULTS_AT_ONCE", 2)
    run_id = organizations.create_test_run(project, "n" * 300, "key", deadline)
    results = [CellResult("one.ipynb", number, f"Cell {number}", "Passed", 5) for number in range(1, 6)]
    organizations.add_results(project, run_id, results, deadline)
    assert organizations.attach(project, run_id, Attachment("one.ipynb", b"\x00{}", "executed"), deadline)
    organizations.end_test_run(project, run_id, "c" * 2_000, deadline)
    [run] = organization.runs.list_runs("my sales")
    assert (run.id, run.fields["state"], len(run.fields["name"]), len(run.fields["comment"])) == (
        run_id, "Completed", 256, 1_000)
    assert [result["testCaseTitle"] for result in run.results.values()] == [f"Cell {each}" for each in range(1, 6)]
    assert [(each.name, each.content) for each in run.attachments.values()] == [("one.ipynb", b"\x00{}")]


def test_a_test_run_is_found_by_its_key_until_it_has_ended(organizations, project, deadline, organization):
    def find(key, name="notebooks", ago=timedelta()):
        now = organization.clock.now()
        return organizations.find_test_run(project, name, key, now - ago, max(now, now - ago), deadline)

    first, second = (organizations.create_test_run(project, "notebooks", key, deadline) for key in ("one", "two"))
    assert (find("one"), find("two"), find("three"), find("one", "others")) == (first, second, None, None)
    assert [find("one", ago=timedelta(days=days)) for days in (4, 6, 31)] == [first] * 3
    assert (find("one", ago=-timedelta(hours=23)), find("one", ago=-timedelta(days=2))) == (first, None)
    organizations.end_test_run(project, first, "one", deadline)
    assert find("one") is None


def test_results_are_counted_over_all_pages(organizations, project, deadline):
    run_id = organizations.create_test_run(project, "notebooks", "key", deadline)
    assert organizations.count_results(project, run_id, deadline) == 0
    results = [CellResult("one.ipynb", number, f"Cell {number}", "Passed") for number in range(1, 1_202)]
    organizations.add_results(project, run_id, results, deadline)
    assert organizations.count_results(project, run_id, deadline) == 1_201


def test_a_test_run_may_end_before_its_time(organizations, project, deadline, organization):
    run_id = organizations.create_test_run(project, "notebooks", "key", deadline)
    organizations.end_test_run(project, run_id, "", deadline, is_aborted=True)
    assert organization.runs.find("my sales", run_id).fields["state"] == "Aborted"


def test_a_file_that_is_too_large_is_not_sent(organizations, project, deadline, monkeypatch, traffic):
    monkeypatch.setattr(module, "MOST_ATTACHED_BYTES", 2)
    assert not organizations.attach(project, 1, Attachment("log", b"abc"), deadline)
    assert traffic.counts() == {}


@pytest.mark.parametrize(("succeeded", "result"), [(True, "succeeded"), (False, "failed")])
def test_the_pipeline_goes_on_once(organizations, plan, pipeline, deadline, succeeded, result):
    assert not organizations.is_task_over(plan, deadline)
    organizations.complete_task(plan, deadline, succeeded=succeeded)
    organizations.complete_task(plan, deadline, succeeded=not succeeded)
    assert pipeline.records[plan.task_id]["result"] == result
    assert organizations.is_task_over(plan, deadline)


def test_a_task_that_was_cancelled_is_over(organizations, plan, pipeline, deadline):
    pipeline.end("canceled")
    assert organizations.is_task_over(plan, deadline)


def test_a_task_whose_plan_is_gone_is_over(organizations, organization, plan, deadline):
    organization.plans.remove(plan.plan_id)
    assert organizations.is_task_over(plan, deadline)


@pytest.mark.parametrize(("status", "code"), [(400, "VS800075"), (404, "VS800075"), (404, "TF200016")])
def test_a_project_that_is_not_shown_says_nothing_of_a_task(organizations, plan, deadline, traffic, status, code):
    said = f"{code}: The project {plan.project_id} does not exist"
    traffic.inject(Fault("devops", status, body=json.dumps({"message": said})))
    with pytest.raises(IdentityError, match=f"{plan.project_id}.*add the identity of the Function App"):
        organizations.is_task_over(plan, deadline)


def test_the_log_and_the_console_have_what_happened_without_secrets(organizations, plan, pipeline, deadline):
    secret = "AccountKey=" + "Zm9vYmFy" * 10 + "Zg=="
    organizations.write_log(plan, f"one\ntwo é {secret}", deadline)
    organizations.write_to_console(plan, ["started", secret], deadline)
    [log] = pipeline.logs.values()
    assert bytes(log).decode().startswith("one\ntwo é") and b"Zm9v" not in log
    assert pipeline.records[plan.task_id]["log"]["id"] == 1
    assert pipeline.feed[0] == "started" and "Zm9v" not in pipeline.feed[1]


def test_a_plan_that_is_gone_is_told(organizations, plan, organization, deadline):
    organization.plans.remove(plan.plan_id)
    with pytest.raises(NotThereError, match="the end of the pipeline's task: The plan .* does not exist"):
        organizations.complete_task(plan, deadline, succeeded=True)


def test_a_run_without_an_id_is_no_run(organizations, project, deadline, traffic):
    traffic.inject(Fault("devops", 200, body="{}"))
    with pytest.raises(NotThereError, match="does not tell its id"):
        organizations.create_test_run(project, "notebooks", "key", deadline)


def test_what_makes_something_is_not_sent_twice_when_its_answer_is_lost(organizations, project, deadline, traffic,
                                                                        organization):
    traffic.inject(Fault("devops", kind="half"))
    with pytest.raises(DevOpsUnavailableError):
        organizations.create_test_run(project, "notebooks", "key", deadline)
    assert sum(traffic.counts().values()) == 1
