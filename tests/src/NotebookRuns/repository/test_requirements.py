"""What a notebook needs, from three places."""
import unicodedata

import pytest

from NotebookRuns.errors import RepositoryError
from NotebookRuns.repository.notebooks import Notebook
from NotebookRuns.repository.requirements import Requirements, read_requirements

CONDA = """
name: ours
channels: [conda-forge]
dependencies:
  - python=3.12
  - numpy=2
  - pip
  - pip:
      - pandas==2.0
      - Scikit_Learn==1.5
      - git+https://example.com/x.git
"""


def read(archive_of, files, conda_file=None, own=None):
    notebook = Notebook("a/b/one.ipynb", {"metadata": {"notebook_runs": {"requirements": own}} if own else {}})
    return read_requirements(archive_of({"a/b/one.ipynb": "{}", **files}), notebook, conda_file)


def test_a_notebook_that_says_nothing_needs_the_runner_alone(archive_of):
    assert read(archive_of, {}) == Requirements()
    assert Requirements().environment("notebooks") == {"name": "notebooks", "dependencies": [
        "python=3.11", "pip", {"pip": ["papermill==2.7.0", "ipykernel==7.4.0"]}]}


def test_the_words_of_all_three_are_heard_and_the_notebooks_counts_most(archive_of):
    release = {"requirements": ["pandas==2.1", "scikit-learn==1.6", "papermill==2.6"]}
    found = read(archive_of, {"environment.yml": CONDA, "a/release.json": release}, "./environment.yml",
                 ["pandas==2.2"])
    assert found == Requirements(
        ("python=3.12", "numpy=2", "pip"),
        ("pandas==2.2", "scikit-learn==1.6", "git+https://example.com/x.git", "papermill==2.6"), ("conda-forge",))
    assert found.environment("n") == {"name": "n", "channels": ["conda-forge"], "dependencies": [
        "python=3.12", "numpy=2", "pip", {"pip": [
            "papermill==2.6", "ipykernel==7.4.0", "pandas==2.2", "scikit-learn==1.6",
            "git+https://example.com/x.git"]}]}


@pytest.mark.parametrize("folder", ["", "top/"])
@pytest.mark.parametrize(("own", "asked"), [("NFD", "NFC"), ("NFC", "NFD"), ("NFD", "NFD")])
def test_the_conda_file_is_found_however_its_accents_are_written(archive_of, folder, own, asked):
    file = folder + unicodedata.normalize(own, "umgebung/für.yml")
    notebook = Notebook("a.ipynb", {})
    found = read_requirements(archive_of({f"{folder}a.ipynb": "{}", file: CONDA}), notebook,
                              unicodedata.normalize(asked, "umgebung/für.yml"))
    assert "numpy=2" in found.conda


def test_the_nearest_release_file_counts(archive_of):
    files = {"release.json": {"requirements": ["far"]}, "a/b/release.json": {"requirements": ["near"]},
             "c/release.json": {"requirements": ["other"]}}
    assert read(archive_of, files).pip == ("near",)
    del files["a/b/release.json"]
    assert read(archive_of, files).pip == ("far",)


@pytest.mark.parametrize(("files", "conda_file", "own", "problem"), [
    ({}, "environment.yml", None, "has no file environment.yml"),
    ({"e.yml": "a: [b"}, "e.yml", None, "the conda file e.yml is no YAML: .* in line 1$"),
    ({"e.yml": "a:\n  - https://u:Zm9v@h/" + "x" * 100 + ": [\n"}, "e.yml", None, "is no YAML: [^@]* in line 3$"),
    ({"e.yml": "[" * 200_000}, "e.yml", None, "the conda file e.yml is no YAML: it is nested deeper than 10"),
    ({"e.yml": "- " * 100_000}, "e.yml", None, "the conda file e.yml is no YAML: it is nested deeper than 10"),
    ({"e.yml": "a: &a [x]\nb: [*a, *a]"}, "e.yml", None, "the conda file e.yml is no YAML: it has aliases"),
    ({"e.yml": "!!python/object/apply:os.system [ls]"}, "e.yml", None, "is no YAML"),
    ({"e.yml": "a: !!bool foo"}, "e.yml", None, "is no YAML"), ({"e.yml": "!!int ''"}, "e.yml", None, "is no YAML"),
    ({"e.yml": "!!timestamp x"}, "e.yml", None, "is no YAML"),
    ({"e.yml": "text"}, "e.yml", None, "has no list of dependencies"),
    ({"e.yml": "dependencies: [[a]]"}, "e.yml", None, "no list of texts"),
    ({"e.yml": "dependencies: [{pip: text}]"}, "e.yml", None, "no list of texts"),
    ({"e.yml": "x" * 300_000}, "e.yml", None, "more than 262,144 bytes"),
    ({"release.json": "{"}, None, None, "release.json is no JSON"),
    ({"release.json": {"requirements": "a"}}, None, None, "release.json has requirements that are no list of texts"),
    ({}, None, [1], "the metadata of a/b/one.ipynb has requirements")])
def test_a_file_that_is_wrong_is_named(archive_of, files, conda_file, own, problem):
    with pytest.raises(RepositoryError, match=problem):
        read(archive_of, files, conda_file, own)
