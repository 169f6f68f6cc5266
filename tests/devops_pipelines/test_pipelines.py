"""The pipelines are what Azure Pipelines takes, and what they name is there."""
import contextlib
import re
import shutil
from pathlib import Path

import pytest
import yaml

from devops_pipelines.package import RUNTIME
from tests.devops_pipelines import checks
from tests.devops_pipelines.expansion import ExpansionError, variants
from tests.devops_pipelines.language_service import client
from tests.docs import pages

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "devops_pipelines"
PIPELINES = sorted(file.name for file in FOLDER.glob("*.yml"))
# By what is wrong: the name of a file, a text in it, another one in its place, and what is found then.
INVALID = {
    "input of a task": (
        "templates/deployment-stages.yml", "appName:", "applicationName:", "Unexpected property applicationName"),
    "step": ("templates/package-job.yml", "- publish:", "- publisch:", "Unexpected property publisch"),
    "value of an input": (
        "templates/approval-job.yml", "onTimeout: reject", "onTimeout: wait", "Value is not accepted"),
    "input of a task of the marketplace": (
        "templates/training-jobs.yml", "azureMLJobName:", "azureMLJob:", "Unexpected property azureMLJob"),
    "YAML": ("ci.yml", "include: [main]", "include: [main", "Error: "),
}
MISLEADING = {
    "stage to wait for": (
        "cd.yml", "dependsOn: QA_SmokeTest", "dependsOn: SmokeTest",
        "Approval depends on SmokeTest, which is no stage before it"),
    "stage of a template to wait for": (
        "cd.yml", "dependsOn: Approval", "dependsOn: Approve",
        "Production depends on Approve, which is no stage before it"),
    "job to wait for": (
        "cd.yml", "jobs:\n  - template: templates/package-job.yml", "jobs:\n  - job: First\n    displayName: First\n"
        "    dependsOn: Pakage\n    steps: []\n  - template: templates/package-job.yml",
        "First depends on Pakage, which is no job before it"),
    "job of a pipeline without stages to wait for": (
        "ci.yml", "- job: Test\n", "- job: Test\n  dependsOn: Lint\n",
        "Test depends on Lint, which is no job before it"),
    "parameter that is declared nowhere": (
        "templates/approval-job.yml", "- name: instructions\n  type: string\n", "",
        "approval-job.yml: unknown parameters ['instructions'], missing []"),
    "parameter that is used nowhere": (
        "templates/approval-job.yml", "instructions: ${{ parameters.instructions }}", "instructions: Look",
        "approval-job.yml: the parameter instructions is used nowhere"),
    "parameter that is not given": (
        "cd.yml", "      instructions: The package works in QA. May it go to production?\n", "",
        "approval-job.yml: unknown parameters [], missing ['instructions']"),
    "name of a stage": ("cd.yml", "name: Production", "name: QA", "there are two of the stage QA"),
    "path of a template": (
        "templates/deployment-stages.yml", "names-step.yml", "name-step.yml",
        "deployment-stages.yml: no template name-step.yml"),
    "parameter of a template": (
        "cd.yml", "environment: prod", "where: prod",
        "deployment-stages.yml: unknown parameters ['where'], missing ['environment']"),
    "value of a parameter": (
        "cd.yml", "environment: prod", "environment: test", "deployment-stages.yml: environment cannot be test"),
    "expression": (
        "templates/removal-step.yml", "parameters.action }} $", "parameter.action }} $",
        "removal-step.yml: ${{ parameter.action }} has no value"),
    "variable of the group": (
        "templates/infrastructure-step.yml", "$(LOCATION)", "$(REGION)", "the variable REGION is not documented"),
    "variable of an environment": (
        "templates/infrastructure-step.yml", "$(WORKSPACE_ID_", "$(WORKSPACE_", "the variable WORKSPACE_DEV is not"),
    "variable that a step sets": (
        "templates/names-step.yml", "variable=functionAppName", "variable=appName",
        "the variable functionAppName is not documented"),
    "variable that a step of another job sets": (
        "templates/deployment-stages.yml",
        "    - template: names-step.yml\n      parameters:\n        environment: ${{ parameters.environment }}\n    -",
        "    -", "the variable functionAppName is not documented"),
    "variable of a service": (
        "templates/model-deployment-stage.yml", "service: BATCH_ENDPOINT", "service: BATCH",
        "the variable BATCH_DEV is not documented"),
    "script of a service": (
        "templates/model-deployment-stage.yml", "script: deploy_batch_model", "script: deploy_batch",
        "there is no devops_pipelines/deploy_batch.sh"),
    "job of a service to wait for": (
        "templates/model-service-job.yml", "dependsOn: Promote", "dependsOn: Promotion",
        "Online depends on Promotion, which is no job before it"),
    "file": (
        "templates/subscription-step.yml", "event_subscription.bicep", "subscription.bicep",
        "there is no environment_setup/subscription.bicep"),
    "parameters file": (
        "templates/infrastructure-step.yml", ".parameters.json", ".bicepparam", "there is no environment_setup/dev"),
    "program": (
        "templates/smoke-test-step.yml", "devops_pipelines.smoke_test", "devops_pipelines.smoke",
        "there is no module devops_pipelines.smoke"),
    "artifact": (
        "templates/deployment-stages.yml", "artifact: package", "artifact: app",
        "nobody published the artifact app before"),
}


def documented_variables():
    """The names in the tables of the variable groups."""
    tables = [("deploy_pipelines.md", "The variable group"), ("notebooks.md", "Variables of the pipeline"),
              ("model_pipeline.md", "The variables of the model pipelines")]
    return {name for page, heading in tables for first, *_ in pages.rows(REPOSITORY / "docs" / page, heading)
            for name in pages.names(first)}


def found_by_checks(folder, documented):
    found = []
    for name in PIPELINES:
        try:
            for pipeline in variants(folder / name):
                found += checks.broken_dependencies(pipeline)
                found += checks.undocumented_variables(pipeline, documented)
                found += checks.missing_files(pipeline, REPOSITORY)
                found += checks.missing_artifacts(pipeline)
        except (ExpansionError, yaml.YAMLError) as exc:
            found.append(str(exc))
    for file in sorted(folder.rglob("*.yml")):
        with contextlib.suppress(yaml.YAMLError):
            found += (f"{file.name}: {problem}" for problem in checks.unused_parameters(file.read_text("utf-8")))
    return found


def all_variants():
    return [pipeline for name in PIPELINES for pipeline in variants(FOLDER / name)]


def all_used_variables():
    return {name for pipeline in all_variants() for name in checks.used_variables(pipeline)}


def test_microsofts_language_service_finds_nothing():
    texts = {file.relative_to(FOLDER).as_posix(): file.read_text(encoding="utf-8") for file in FOLDER.rglob("*.yml")}
    assert client.find().check(texts) == dict.fromkeys(texts, [])


def test_microsofts_language_service_finds_what_is_invalid():
    texts = {}
    for mistake, (name, text, wrong, _) in INVALID.items():
        content = (FOLDER / name).read_text(encoding="utf-8")
        assert text in content
        texts[mistake] = content.replace(text, wrong)
    for mistake, found in client.find().check(texts).items():
        assert INVALID[mistake][3] in "\n".join(found), mistake


def test_names_lead_somewhere():
    assert found_by_checks(FOLDER, documented_variables()) == []


@pytest.mark.parametrize("mistake", MISLEADING)
def test_a_name_that_leads_nowhere_is_found(tmp_path, mistake):
    name, text, wrong, problem = MISLEADING[mistake]
    folder = shutil.copytree(FOLDER, tmp_path / "pipelines", ignore=shutil.ignore_patterns("__pycache__"))
    content = (folder / name).read_text(encoding="utf-8")
    assert text in content
    (folder / name).write_text(content.replace(text, wrong), encoding="utf-8")
    assert problem in "\n".join(found_by_checks(folder, all_used_variables()))


def test_a_model_is_served_by_what_is_chosen_and_in_production_after_an_approval():
    """By default by the online endpoint; two builds take turns in an environment."""
    [pipeline] = variants(FOLDER / "model-cd.yml")
    stages = {stage["stage"]: stage for stage in pipeline["stages"]}
    assert [task["task"] for task in checks.parts(stages["Approval"], "task")] == ["ManualValidation@1"]
    assert (stages["Approval"]["dependsOn"], stages["Production"]["dependsOn"]) == ("QA", ["Choose", "Approval"])
    for name, environment in (("QA", "model-dev"), ("Production", "model-prod")):
        services = list(checks.parts(stages[name], "deployment"))
        assert stages[name]["lockBehavior"] == "sequential"
        assert {one["deployment"]: one["condition"] for one in services} == {
            service: f"and(succeeded(), eq('{chosen}', 'True'))"
            for service, chosen in (("Online", True), ("Batch", False), ("WebApp", False))}
        assert {(one["environment"], one["dependsOn"]) for one in services} == {(environment, "Promote")}
        assert all([task.get("condition") for task in checks.parts(one, "task")] == [None, "canceled()"]
                   for one in services)


def test_every_documented_variable_is_used():
    assert documented_variables() == all_used_variables()


def test_pipelines_that_deploy_have_the_same_variable_group():
    groups = {name: yaml.safe_load((FOLDER / name).read_text()).get("variables") for name in PIPELINES}
    assert groups.pop("ci.yml") is None
    assert groups.pop("notebooks.yml") == [{"group": "notebooks-vg"}]
    models = [groups.pop(f"model-{name}.yml") for name in ("ci", "cd")]
    assert models == [[{"group": "model-pipeline-vg"}]] * 2
    assert list(groups.values()) == [[{"group": "pipeline-run-monitor-vg"}]] * 3


def test_delivery_has_its_stages_in_their_order():
    [pipeline] = variants(FOLDER / "cd.yml")
    stages = {stage["stage"]: stage.get("dependsOn") for stage in pipeline["stages"]}
    assert stages == {"Package": None, "QA": "Package", "QA_SmokeTest": "QA", "Approval": "QA_SmokeTest",
                      "Production": "Approval", "Production_SmokeTest": "Production"}


def test_what_uses_an_environment_waits_for_its_turn():
    """Without it a lock on the environment would cancel all that wait but the newest run: "Exclusive lock"."""
    using = [(stage["stage"], stage.get("lockBehavior")) for pipeline in all_variants()
             for stage in pipeline.get("stages", []) if list(checks.parts(stage, "deployment"))]
    assert {name for name, _ in using} == {"QA", "Production", "Apply", "Remove"}
    assert {behaviour for _, behaviour in using} == {"sequential"}


def test_deployments_of_two_environments_have_different_names():
    """What both put into the resource group of a workspace that both monitor is named after these, and Azure refuses a
    deployment while one of its name goes on."""
    files = ("cd.yml", "iac-create-environment.yml")
    names = [(task["env"]["GROUP"], task["env"]["DEPLOYMENT"]) for file in files for pipeline in variants(FOLDER / file)
             for task in checks.parts(pipeline, "task") if "DEPLOYMENT" in task.get("env", {})]
    assert set(names) == {(f"$(BASE_NAME)-{environment}-RG", f"pipeline-run-monitor-{environment}")
                          for environment in ("dev", "prod")}


def test_code_is_deployed_before_the_event_subscription():
    [pipeline] = variants(FOLDER / "cd.yml")
    qa = next(stage for stage in pipeline["stages"] if stage["stage"] == "QA")
    names = [step["displayName"] for step in checks.parts(qa, "task")]
    assert names == ["Names of what is deployed", "Deploy the package", "Wait until the function is listed",
                     "Subscribe to the events"]


def test_only_the_approvers_approve_and_their_own_runs_only_where_that_is_allowed():
    """Whoever may queue a build could resume it otherwise: "ManualValidation@1"."""
    found = [task for pipeline in all_variants() for task in checks.parts(pipeline, "task")
             if task["task"].startswith("ManualValidation")]
    assert len(found) == 3
    for task in found:
        given = task["inputs"]
        assert given["approvers"] == given["notifyUsers"] == "$(APPROVERS)"
        assert (given["allowApproversToApproveTheirOwnRuns"], given["onTimeout"]) == ("$(SELF_APPROVAL)", "reject")


def test_delivery_of_a_model_has_its_stages_in_their_order():
    [pipeline] = variants(FOLDER / "model-cd.yml")
    stages = {stage["stage"]: stage.get("dependsOn") for stage in pipeline["stages"]}
    assert stages == {"Choose": None, "QA": ["Choose"], "Approval": "QA", "Production": ["Choose", "Approval"]}


def test_nothing_is_deployed_where_no_model_was_registered():
    [pipeline] = variants(FOLDER / "model-cd.yml")
    deploying = [stage for stage in pipeline["stages"] if stage["stage"] in ("QA", "Production")]
    assert [stage["condition"] for stage in deploying] == [
        "and(succeeded(), ne(dependencies.Choose.outputs['Choose.choose.modelVersion'], ''))"] * 2


def test_a_pull_request_trains_and_publishes_nothing():
    for pipeline in variants(FOLDER / "model-ci.yml"):
        for stage in pipeline["stages"][1:]:
            assert "ne(variables['Build.Reason'], 'PullRequest')" in stage["condition"]


def test_a_training_is_waited_for_without_an_agent():
    jobs = yaml.safe_load((FOLDER / "templates" / "training-jobs.yml").read_text())["jobs"]
    assert {job["job"]: (job.get("pool"), job.get("dependsOn")) for job in jobs} == {
        "Submit": (None, None), "Wait": ("server", "Submit"), "Result": (None, ["Submit", "Wait"])}


@pytest.mark.parametrize("name", ["templates/training-jobs.yml", "templates/model-deployment-stage.yml"])
def test_a_variable_of_another_job_is_one_that_it_sets(name):
    text = (FOLDER / name).read_text()
    setting = text + (FOLDER / "model-cd.yml").read_text()
    for job, step, variable in re.findall(r"(\w+)\.outputs\['(?:Choose\.)?(\w+)\.(\w+)'\]", text):
        assert f"variable={variable};isOutput=true]" in setting
        assert f"job: {job}\n" in setting and f"name: {step}\n" in setting


def test_what_deploys_has_a_time_limit():
    [pipeline] = variants(FOLDER / "cd.yml")
    tasks = [task for task in checks.parts(pipeline, "task") if task["task"].startswith("AzureFunctionApp")
             or task["displayName"].startswith("Wait")]
    assert len(tasks) == 4
    assert {task["timeoutInMinutes"] for task in tasks} == {20}


def test_environments_are_those_that_have_parameters():
    [parameter] = yaml.safe_load((FOLDER / "iac-create-environment.yml").read_text())["parameters"]
    files = {file.name.partition(".")[0] for file in (REPOSITORY / "environment_setup").glob("*.parameters.json")}
    assert set(parameter["values"]) == files - {"main"}


def test_the_package_is_built_with_the_python_of_the_function_app():
    steps = yaml.safe_load((FOLDER / "templates" / "python-steps.yml").read_text())["steps"]
    [version] = [step["inputs"]["versionSpec"] for step in steps if step.get("task") == "UsePythonVersion@0"]
    bicep = (REPOSITORY / "environment_setup" / "modules" / "function_app.bicep").read_text()
    assert version == RUNTIME[2] == re.search(r"name: 'python'\s+version: '([\d.]+)'", bicep)[1]


def test_removal_of_an_environment_asks_for_its_name():
    [parameter] = yaml.safe_load((FOLDER / "iac-remove-environment.yml").read_text())["parameters"]
    assert "default" not in parameter and "values" not in parameter
