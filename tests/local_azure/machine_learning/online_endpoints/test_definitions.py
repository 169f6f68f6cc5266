"""What a deployment's request says, and what of it cannot be deployed."""
import pytest

from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.online_endpoints.definitions import Definition

WORKSPACE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w"
CODE = {"codeId": f"{WORKSPACE}/codes/scoring/versions/7", "scoringScript": "src/score.py"}


@pytest.mark.parametrize("model", [
    "azureml:diabetes:12", f"{WORKSPACE}/models/diabetes/versions/12",
    f"azureml:{WORKSPACE}/models/diabetes/versions/12"])
def test_a_model_is_named_in_three_ways(model):
    assert Definition.parse({"model": model, "codeConfiguration": CODE}).model == "diabetes:12"


def test_what_is_not_said_is_azures_usual():
    found = Definition.parse({"codeConfiguration": CODE})
    assert (found.model, found.code, found.script) == (None, ("scoring", "7"), "src/score.py")
    assert (found.health_seconds, found.request_seconds, found.has_app_insights) == (310, 5, False)


def test_what_is_said_counts():
    found = Definition.parse({
        "codeConfiguration": CODE, "environmentVariables": {"A": 1}, "appInsightsEnabled": True,
        "requestSettings": {"requestTimeout": "PT1M30S"},
        "readinessProbe": {"initialDelay": "PT0.5S", "period": "PT2S", "failureThreshold": 3, "timeout": None}})
    assert (found.environment, found.has_app_insights, found.request_seconds) == ({"A": "1"}, True, 90)
    assert found.health_seconds == 6.5


@pytest.mark.parametrize(("properties", "problem"), [
    ({}, "scoringScript"), ({"codeConfiguration": {**CODE, "scoringScript": "../score.py"}}, "scoringScript"),
    ({"codeConfiguration": {**CODE, "scoringScript": "/score.py"}}, "scoringScript"),
    ({"codeConfiguration": {**CODE, "codeId": "azureml:scoring:1"}}, "codeId"),
    ({"codeConfiguration": CODE, "model": "diabetes"}, "no version of a model"),
    ({"codeConfiguration": CODE, "model": "azureml:diabetes:latest"}, "no version of a model"),
    ({"codeConfiguration": CODE, "requestSettings": {"requestTimeout": 5}}, "no duration"),
    ({"codeConfiguration": CODE, "readinessProbe": {"period": "PT"}}, "no duration"),
    ({"codeConfiguration": CODE, "readinessProbe": {"failureThreshold": "3"}}, "whole number"),
    *(({"codeConfiguration": CODE, name: ["a"]}, f"{name} has to be an object") for name in (
        "environmentVariables", "readinessProbe", "requestSettings", "codeConfiguration"))])
def test_what_cannot_be_deployed_is_refused(properties, problem):
    with pytest.raises(ServiceError, match=problem):
        Definition.parse(properties)
