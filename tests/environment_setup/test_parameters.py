"""Parameter files name what the infrastructure takes, with values that it takes."""
import json
import re

import pytest

from tests.environment_setup.bicep import compiler
from tests.environment_setup.bicep.deployed import FOLDER, MAIN, WORKSPACE, infrastructure

FILES = sorted(FOLDER.glob("*.parameters.json"))
ENVIRONMENTS = [file for file in FILES if file.name != "main.parameters.json"]
AZD = FOLDER / "main.parameters.json"


@pytest.fixture(scope="module")
def declared():
    return compiler.find().compile(MAIN).template["parameters"]


def required(declared):
    return {name for name, one in declared.items() if "defaultValue" not in one}


def values_of(file):
    content = json.loads(file.read_text(encoding="utf-8"))
    assert content["$schema"].endswith("/2019-04-01/deploymentParameters.json#")
    return {name: one["value"] for name, one in content["parameters"].items()}


def substituted(value, environment):
    """As azd does it: `${NAME}`, or `${NAME=default}`; a parameter of which nothing is left is not given."""
    if isinstance(value, dict):
        return {name: substituted(item, environment) for name, item in value.items()}
    if isinstance(value, str):
        return re.sub(r"\$\{(\w+)(?:=([^}]*))?\}", lambda found: environment.get(found[1], found[2] or ""), value)
    return value


def azd_parameters(environment):
    values = {name: substituted(value, environment) for name, value in values_of(AZD).items()}
    return {name: value for name, value in values.items() if value != ""}


def test_there_are_files_for_dev_and_prod_and_azd():
    assert [file.name for file in FILES] == ["dev.parameters.json", "main.parameters.json", "prod.parameters.json"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_value_is_a_secret(declared, file):
    assert not {name for name, one in declared.items() if one.get("type") == "securestring"} & set(values_of(file))


@pytest.mark.parametrize("file", ENVIRONMENTS, ids=lambda file: file.name)
def test_all_but_the_base_name_is_given(declared, file):
    """The base name differs from team to team: it comes from the command line, or the variable group."""
    assert required(declared) - set(values_of(file)) == {"baseName"}
    deployed = infrastructure(**values_of(file))
    assert deployed.the("Microsoft.Web/sites").name == f"Sample-{file.name.split('.')[0]}-FUNC"


def test_azd_gives_what_its_environment_has():
    deployed = infrastructure(**azd_parameters({
        "BASE_NAME": "Sample", "AZURE_LOCATION": "northeurope", "AZURE_ENV_NAME": "ada", "WORKSPACE_ID": WORKSPACE}))
    site = deployed.the("Microsoft.Web/sites")
    assert (site.name, site.body["location"]) == ("Sample-dev-FUNC", "northeurope")
    assert site.body["tags"]["azd-env-name"] == "ada"
    assert deployed.of_type("Microsoft.MachineLearningServices/workspaces") == []


def test_azd_asks_for_the_base_name_where_its_environment_has_none(declared):
    assert "baseName" not in azd_parameters({"AZURE_LOCATION": "northeurope", "AZURE_ENV_NAME": "ada"})
    assert "baseName" in required(declared)
