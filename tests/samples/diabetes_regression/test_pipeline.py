"""The sample in a workspace that lives: tried by hand, published and run, with the real SDK."""
from pathlib import Path

import pytest

from tests.local_azure.machine_learning.living_azure import living_azure

HERE = Path(__file__).parent
MODEL = "diabetes_regression"


@pytest.fixture(scope="module")
def azure(tmp_path_factory):
    with living_azure(tmp_path_factory.mktemp("living")) as running:
        yield running


@pytest.fixture(scope="module")
def seen(azure):
    return azure.client(HERE / "team.py", str(HERE / "no_rows.csv"), timeout=300)


def test_pipeline_registers_a_better_model_and_its_record_says_why(azure, seen):
    better = seen["better"]
    reason = "mse 3295.71 after 3592.01 of diabetes_regression version 1 is better by 296.294."
    assert better["status"] == "Finished"
    assert better["tags"] == {
        "data_set": "diabetes", "alpha": "0.4", "evaluation": "better", "evaluation_reason": reason,
        "registration": "registered", "registration_reason": reason, "model_name": MODEL,
        "model_version": "2"}
    assert better["metrics"].items() >= {"rows": 442, "is_better": 1, "is_registered": 1}.items()
    assert better["metrics"]["improvement"] == pytest.approx(296.294, abs=0.001)
    assert {name: azure.runs.run(step).record["tags"].get("evaluation") for name, step in better["steps"].items()} == {
        "Train": None, "Evaluate": "better", "Register": None}


def test_registered_model_says_where_it_comes_from(seen):
    model, better = seen["model"], seen["better"]
    assert model["tags"].items() >= {"run_id": better["id"], "experiment_name": "diabetes", "BuildId": "7",
                                     "alpha": "0.4"}.items()
    assert float(model["tags"]["mse"]) == seen["better"]["metrics"]["mse"]
    assert model["run"] == better["steps"]["Register"]
    assert model["files"] == ["model.pkl", "training.json"]


def test_a_training_that_fails_is_the_end_of_its_pipeline(azure, seen):
    failing = seen["failing"]
    assert (failing["status"], list(failing["steps"])) == ("Failed", ["Train"])
    message = azure.runs.run(failing["steps"]["Train"]).record["error"]["error"]["message"]
    assert "alpha" in message
    assert seen["models"] == [f"{MODEL}:1", f"{MODEL}:2"]


def test_of_two_builds_at_once_the_worse_is_not_registered_over_the_better(seen):
    assert (seen["first"]["outcome"], seen["at once"]["outcome"]) == ("first", "first")
    assert seen["models at once"][:2] == [[f"{MODEL}:1"], [f"{MODEL}:1"]]


@pytest.mark.parametrize(("case", "registration", "versions"), [
    ("better first", "not_registered", [1]), ("worse first", "registered", [1, 2]),
    ("one build", "already_registered", [1]), ("no build", "not_registered", [1]),
    ("beside a worse one", "not_registered", [1, 2]), ("better than both", "registered", [1, 2, 3])])
def test_of_two_that_register_in_the_same_moment_the_second_is_withdrawn_unless_it_is_better(
        seen, case, registration, versions):
    """The first has the lower version, and the registry has given it."""
    overtaken, name = seen["overtaken"][case], case.replace(" ", "_")
    assert overtaken["models"] == [f"{name}:{version}" for version in versions]
    assert overtaken["tags"]["registration"] == registration
    said = {"registered": f"of {name} version 1 is better by",
            "already_registered": f"Build 1 has registered {name} version 1.",
            "not_registered": f"of {name} version 1 is not better"}
    assert said[registration] in overtaken["tags"]["registration_reason"]


def test_a_model_whose_rival_is_gone_is_registered_as_what_it_is_now(seen):
    """Evaluation found it worse than one that somebody has deleted since."""
    tags = seen["overtaken"]["after one that went"]["tags"]
    assert (tags["registration"], tags["model_version"]) == ("registered", "1")
    assert tags["registration_reason"].startswith("It is the first model")


def test_a_build_registers_once(seen):
    assert seen["models at once"][2] == [f"{MODEL}:1"]


@pytest.mark.parametrize(("case", "outcome"), [
    ("worse", "not_better"), ("no rows", "no_model"), ("no metric", "no_metric")])
def test_what_is_not_better_is_an_outcome_and_is_not_registered(seen, case, outcome):
    assert seen[case]["outcome"] == outcome
    assert seen["models after"] == [[f"{MODEL}:1"]] * 3


def test_a_build_that_publishes_again_gets_what_it_has_published(seen):
    assert sorted(seen["published"]) == [["diabetes-training", "6"], ["diabetes-training", "7"]]
    assert seen["versions"] == 2
