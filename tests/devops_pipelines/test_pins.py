"""What is left of an app's pinned requirements where one of them is left out."""
from pathlib import Path

import pytest

from devops_pipelines.pins import NeededError, leave_out
from tests.requirements_files import pins

PINNED = (Path(__file__).parents[2] / "src" / "requirements.txt").read_text("utf-8")
NAMES = {pin.name for pin in pins(PINNED)}


def pin(name, *reasons):
    return f"{name}==1.0 \\\n    --hash=sha256:{'a' * 64}\n    # via {', '.join(reasons)}\n"


def test_what_only_it_needs_goes_too():
    app, alone, shared, below = (pin("app", "-r src/requirements.in"), pin("alone", "sdk"), pin("shared", "app", "sdk"),
                                 pin("below", "alone", "below"))
    text = "# made\n" + app + pin("sdk", "-r src/requirements.in") + alone + shared + below
    assert leave_out("SDK", text) == app + shared


def test_what_the_app_asks_for_itself_stays():
    asked = pin("core", "-r src/requirements.in", "sdk")
    assert leave_out("sdk", asked + pin("sdk", "-r src/requirements.in")) == asked


def test_without_azureml_core_the_app_has_what_it_imports_and_no_management_sdk():
    left = {pin.name for pin in pins(leave_out("azureml-core", PINNED))}
    assert {"azure-identity", "azure-functions", "opencensus-ext-azure", "requests"} <= left
    assert len(left) < len(NAMES) * 0.6
    assert not any(name.startswith(("azureml", "azure-mgmt", "paramiko", "docker")) for name in left)


@pytest.mark.parametrize("package, words", [("requests", "requests is needed by .*azure-core"),
                                            ("azureml", "azureml is not among the requirements")])
def test_what_cannot_be_left_out_is_said(package, words):
    with pytest.raises(NeededError, match=words):
        leave_out(package, PINNED)
