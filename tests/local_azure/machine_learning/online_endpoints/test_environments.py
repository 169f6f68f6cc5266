"""The environment of the inference server: it is made once, and what is wrong with the making is told."""
import pytest

from local_azure.machine_learning.online_endpoints.environments import InferenceEnvironment, InstallationError


def test_a_making_that_fails_is_told_and_leaves_nothing_ready(tmp_path):
    made, said = InferenceEnvironment(tmp_path), []
    made.place.write_text("a file where a folder has to be")
    with pytest.raises(InstallationError, match="(?s)-m venv --clear ended with exit code 1.*inference-"):
        made.prepare(said.append)
    assert not made.is_ready and len(said) == 1


def test_an_environment_that_is_there_is_not_made_again(tmp_path):
    made, said = InferenceEnvironment(tmp_path), []
    made.place.mkdir(parents=True)
    (made.place / "ready").touch()
    made.prepare(said.append)
    assert said == []
