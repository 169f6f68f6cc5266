"""The pipeline is the same for SDK v1 and v2: steps, parameters, and arguments that its steps take."""
import re
from pathlib import Path
from string import Template

import evaluate
import pytest
import register
import train
import yaml
from model_file import named_model

SAMPLE = Path(__file__).parents[3] / "samples" / "diabetes_regression"
OPTIONS = {"Train": train.options(), "Evaluate": evaluate.options(), "Register": register.options()}


def v1() -> dict:
    text = (SAMPLE / "published_pipeline.yml").read_text("utf-8")
    return yaml.safe_load(Template(text).substitute(compute="cpu-cluster", folder="."))["pipeline"]


def v2() -> dict:
    return yaml.safe_load((SAMPLE / "pipeline.yml").read_text("utf-8"))


def of_v1(step: dict) -> tuple[str, list[str]]:
    return step["script_name"], [re.sub(r".*:", "", argument) for argument in step["arguments"]]


def of_v2(job: dict) -> tuple[str, list[str]]:
    _, script, *arguments = job["command"].split()
    return script, [re.sub(r"\$\{\{.*\.(\w+)\}\}", r"\1", argument) for argument in arguments]


def pairs(arguments: list[str]) -> dict[str, str]:
    return dict(zip(arguments[::2], arguments[1::2], strict=True))


def test_steps_are_the_same_with_the_same_arguments():
    assert {name: (script, pairs(found)) for name, (script, found) in (
        (name, of_v1(step)) for name, step in v1()["steps"].items())} == {
        job["display_name"]: (script, pairs(found)) for job in v2()["jobs"].values()
        for script, found in [of_v2(job)]}


def test_parameters_are_the_same():
    assert {name: one["default"] for name, one in v1()["parameters"].items()} == v2()["inputs"]


@pytest.mark.parametrize("name", OPTIONS)
def test_arguments_are_those_of_the_script(name):
    _, arguments = of_v1(v1()["steps"][name])
    values = {**v2()["inputs"], "model": "folder", "verdict": "folder"}
    given = OPTIONS[name].parse_args([str(values.get(one, one)) for one in arguments])
    assert set(vars(given)) == {option.removeprefix("--") for option in arguments[::2]}


@pytest.mark.parametrize("name", OPTIONS)
def test_script_and_pipeline_have_the_same_defaults(name):
    given = vars(OPTIONS[name].parse_args(["--model", "folder", *(["--verdict", "folder"] * (name != "Train"))]))
    assert {one: value for one, value in given.items() if one not in ("model", "verdict")}.items() <= v2()[
        "inputs"].items()


def test_data_goes_from_step_to_step():
    for job in v2()["jobs"].values():
        for value in job["inputs"].values():
            if found := re.fullmatch(r"\$\{\{parent\.jobs\.(\w+)\.outputs\.(\w+)\}\}", value):
                assert found[2] in v2()["jobs"][found[1]]["outputs"]


def packages_of(file: str) -> list[str]:
    *_, packages = yaml.safe_load((SAMPLE / file).read_text("utf-8"))["dependencies"]
    return packages["pip"]


def of_image(instruction: str, **arguments: str) -> list[list[str]]:
    """The words after each such instruction of the Dockerfile, with the arguments of a build put in."""
    text = (SAMPLE / "scoring" / "Dockerfile").read_text("utf-8")
    arguments = dict(re.findall(r"^ARG (\w+)=(.*)", text, re.MULTILINE)) | arguments
    return [Template(words).substitute(arguments).split()
            for words in re.findall(rf"^{instruction} (.*)", text, re.MULTILINE)]


def test_everything_is_run_again_each_time():
    """Whether the registered model has changed since is not to be seen in the inputs of a step."""
    assert v2()["settings"]["force_rerun"] is True
    assert {step["allow_reuse"] for step in v1()["steps"].values()} == {False}


@pytest.mark.parametrize("folder", ["training", "scoring"])
def test_environments_have_the_versions_that_are_tested(folder):
    locked = "".join((Path(__file__).parents[3] / name).read_text("utf-8")
                     for name in ("tests/requirements.txt", "src/requirements.txt"))
    assert [pin for pin in packages_of(f"{folder}/conda.yml") if pin not in locked
            and not pin.startswith("azureml-inference-server-http==")] == []


def test_image_for_app_service_has_the_versions_of_the_service():
    assert of_image("RUN pip install --no-cache-dir") == [packages_of("scoring/conda.yml")]
    [[port]] = of_image("EXPOSE")
    assert f"var port = '{port}'" in (SAMPLE.parents[1] / "environment_setup/model_serving/web_app.bicep").read_text()


@pytest.mark.parametrize(("arguments", "model"), [
    ({}, "diabetes_regression"), ({"MODEL_NAME": "another"}, "another")], ids=["of the sample", "another"])
def test_image_for_app_service_knows_the_version_of_its_model(monkeypatch, arguments, model):
    found = of_image("COPY", MODEL_VERSION="12", **arguments)
    [settings] = [dict(pair.split("=") for pair in words) for words in of_image("ENV", MODEL_VERSION="12", **arguments)]
    assert f"{settings['AML_APP_ROOT']}/{found[-1][1]}" == settings["AZUREML_MODEL_DIR"]
    assert (SAMPLE / "scoring" / settings["AZUREML_ENTRY_SCRIPT"]).match(found[0][0])
    monkeypatch.setenv("AZUREML_MODEL_DIR", settings["AZUREML_MODEL_DIR"])
    assert named_model() == {"Model": model, "ModelVersion": "12"}


def test_environment_of_a_batch_deployment_has_what_its_driver_needs():
    """ "Deploy models for scoring in batch endpoints" asks for both packages; the model is read as it was trained."""
    pins = dict(pin.split("==") for pin in packages_of("scoring/conda_batch.yml"))
    assert {"azureml-core", "azureml-dataset-runtime[fuse]", "joblib"} <= set(pins)
    trained = dict(pin.split("==") for pin in packages_of("training/conda.yml"))
    assert (pins["scikit-learn"], pins["azureml-core"]) == (trained["scikit-learn"], trained["azureml-core"])
    assert yaml.safe_load((SAMPLE / "scoring" / "batch_deployment.yml").read_text("utf-8"))["environment"][
        "conda_file"] == "conda_batch.yml"


@pytest.mark.parametrize("name", ["deployment", "batch_deployment"])
def test_deployments_name_what_is_there(name):
    deployment = yaml.safe_load((SAMPLE / "scoring" / f"{name}.yml").read_text("utf-8"))
    assert (SAMPLE / "scoring" / deployment["code_configuration"]["scoring_script"]).is_file()
    assert (SAMPLE / "scoring" / deployment["environment"]["conda_file"]).is_file()
    assert deployment["model"].startswith(f"azureml:{evaluate.MODEL_NAME}@")


def test_settings_of_a_desk_are_those_that_are_read():
    from named_workspace import _SETTINGS
    text = (SAMPLE / ".env.example").read_text("utf-8")
    assert re.findall(r"^(\w+)=", text, re.MULTILINE) == list(_SETTINGS)
