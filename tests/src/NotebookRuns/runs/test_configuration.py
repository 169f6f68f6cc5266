"""The run configuration of a notebook."""
import pytest

from NotebookRuns.repository.requirements import Requirements
from NotebookRuns.runs.configuration import DEFAULT_IMAGE, RunPlace, output_of, run_configuration


@pytest.mark.parametrize(("image", "base"), [(None, DEFAULT_IMAGE), ("mine:1", "mine:1")])
def test_it_says_where_for_how_long_and_with_what_the_notebook_runs(image, base):
    found = run_configuration("a/one.ipynb", Requirements(pip=("pandas==2.2.3",)), RunPlace("cpu", image, 90))
    assert (found["target"], found["maxRunDurationSeconds"]) == ("cpu", 5_400)
    assert found["arguments"] == ["a/one.ipynb", "outputs/one.output.ipynb"]
    environment = found["environment"]
    assert environment["docker"]["baseImage"] == base
    pip = environment["python"]["condaDependencies"]["dependencies"][-1]["pip"]
    assert "pandas==2.2.3" in pip and any(package.startswith("papermill==") for package in pip)


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_names_of_the_sdk_are_used():
    """As azureml-core writes them: the service ignores what it does not know."""
    runconfig = pytest.importorskip("azureml.core.runconfig")
    from azureml._execution._commands import _serialize_run_config_to_dict
    known = _serialize_run_config_to_dict(runconfig.RunConfiguration(script="a.py"))
    check(run_configuration("one.ipynb", Requirements(), RunPlace("cpu", None, 1)), known)


def check(found, known):
    assert set(found) <= set(known)
    for name, value in found.items():
        if isinstance(value, dict) and name != "condaDependencies":
            check(value, known[name])


def test_an_output_has_the_name_of_the_notebook():
    assert output_of("a/b.ipynb/c.ipynb") == "outputs/c.output.ipynb"
