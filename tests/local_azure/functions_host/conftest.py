"""Function apps of a few lines, written to a folder and loaded as the host loads an app."""
import sys

import pytest

from local_azure.functions_host.models import load_function_app

HEADER = """
import azure.functions as func
app = func.FunctionApp()
received = []
"""


@pytest.fixture
def write_app(tmp_path):
    """Writes `source`, below an app object and a list `received`, to a folder and returns it."""
    def write(source):
        (tmp_path / "function_app.py").write_text(HEADER + source)
        return tmp_path

    return write


@pytest.fixture
def load(write_app, monkeypatch):
    """Writes and loads an app; returns it with the list that its functions put what they receive into."""
    monkeypatch.setitem(sys.modules, "function_app", None)

    def load_source(source):
        app = load_function_app(write_app(source))
        return app, sys.modules["function_app"].received

    return load_source
