"""The sample notebooks are what the function takes, and what the demo says of them."""
import io
import json
import zipfile
from pathlib import Path

import pytest

from local_azure.commands.demos.notebooks.command import EXPECTED, SAMPLES
from NotebookRuns.repository.archives import open_archive
from NotebookRuns.repository.notebooks import find_notebooks, read_notebook
from NotebookRuns.repository.requirements import read_requirements
from NotebookRuns.runs.snapshots import build_snapshot

NOTEBOOKS = sorted(file.relative_to(SAMPLES).as_posix() for file in SAMPLES.rglob("*.ipynb"))


@pytest.fixture(scope="module")
def archive():
    """The samples as the zip of a repository."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for path in sorted(one for one in SAMPLES.rglob("*") if one.is_file()):
            file.write(path, path.relative_to(SAMPLES).as_posix())
    return open_archive(content.getvalue())


def test_the_demo_says_how_each_of_them_ends(archive):
    _, found = find_notebooks(archive, ["**/*.ipynb"])
    assert sorted(found) == NOTEBOOKS == sorted(EXPECTED)


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_a_notebook_has_nothing_of_a_run_in_it(path):
    content = json.loads((SAMPLES / path).read_text("utf-8"))
    for cell in content["cells"]:
        assert not cell.get("outputs") and not cell.get("execution_count")


@pytest.mark.parametrize(("path", "files"), [
    ("forecast/forecast.ipynb", {"sales.csv"}), ("sales.ipynb", {"sales.csv"}), ("stock.ipynb", {"sales.csv"})])
def test_what_a_notebook_reads_goes_with_it(archive, path, files):
    notebook = read_notebook(archive, path)
    assert files <= {Path(name).as_posix() for name in build_snapshot(archive, notebook).files}


def test_one_of_them_has_requirements_of_its_own(archive):
    found = {path: read_requirements(archive, read_notebook(archive, path), None).pip for path in NOTEBOOKS}
    assert {path: [one.partition("==")[0] for one in pip] for path, pip in found.items() if pip} == {
        "forecast/forecast.ipynb": ["numpy"]}
