"""Which notebooks are meant, and whether they are notebooks."""
import pytest

from NotebookRuns.errors import RepositoryError
from NotebookRuns.repository.notebooks import find_notebooks, read_notebook

NOTEBOOK = {"nbformat": 4, "cells": [], "metadata": {"kernelspec": {"language": "Python"}}}
FILES = {"a/one.ipynb": "{}", "a/two.ipynb": "{}", "a/.ipynb_checkpoints/one-checkpoint.ipynb": "{}",
         "b/one.ipynb": "{}", "a/data.csv": ""}


def find(archive_of, files, *patterns):
    archive, paths = find_notebooks(archive_of(files), patterns)
    return archive.top, paths


def test_names_and_patterns_mean_notebooks_each_once_in_their_order(archive_of):
    assert find(archive_of, FILES, "b/*.ipynb", "one.ipynb", "a/*") == (
        "", ["b/one.ipynb", "a/one.ipynb", "a/two.ipynb"])


def test_a_folder_around_the_repository_is_no_part_of_its_paths(archive_of):
    files = {f"notebooks/{path}": content for path, content in FILES.items()}
    assert find(archive_of, files, "a/one.ipynb") == ("notebooks", ["a/one.ipynb"])
    assert find(archive_of, files, "notebooks/a/one.ipynb") == ("", ["notebooks/a/one.ipynb"])


@pytest.mark.parametrize(("patterns", "told"), [
    (["a/onne.ipynb"], "meant by a/onne.ipynb: there is a/one.ipynb"), (["a/data.csv"], "meant by a/data.csv"),
    (["one.ipynb", "x", "y"], "meant by x: .*; .*meant by y: "), (["*-checkpoint.ipynb"], "meant by")])
def test_a_pattern_that_means_nothing_is_told(archive_of, patterns, told):
    with pytest.raises(RepositoryError, match=told):
        find(archive_of, FILES, *patterns)


def test_a_repository_without_notebooks_says_so(archive_of):
    with pytest.raises(RepositoryError, match="it has none at all"):
        find(archive_of, {"README.md": ""}, "**")


def test_there_are_not_too_many(archive_of):
    files = {f"{number}.ipynb": "{}" for number in range(51)}
    with pytest.raises(RepositoryError, match="51 notebooks are asked for, more than 50"):
        find(archive_of, files, "*.ipynb")


def test_a_path_is_not_too_long(archive_of):
    assert find(archive_of, {"a/" + "n" * 242 + ".ipynb": "{}"}, "a/*")
    with pytest.raises(RepositoryError, match="has more than 250 characters: give it a shorter path"):
        find(archive_of, {"a/" + "n" * 243 + ".ipynb": "{}"}, "a/*")


def test_a_notebook_is_read(archive_of):
    notebook = read_notebook(archive_of({"a.ipynb": NOTEBOOK}), "a.ipynb")
    assert (notebook.path, notebook.content, notebook.language) == ("a.ipynb", NOTEBOOK, "python")
    assert read_notebook(archive_of({"a.ipynb": {"nbformat": 4, "cells": []}}), "a.ipynb").language == "python"


@pytest.mark.parametrize(("content", "problem"), [
    ("no JSON", "is no JSON"), (b"\xff\xfe", "is no JSON"), ([], "is no notebook of format 4"),
    ({**NOTEBOOK, "nbformat": 3}, "is no notebook"), ({"nbformat": 4}, "is no notebook"), ("[" * 9_999, "is no JSON"),
    ({**NOTEBOOK, "metadata": {"language_info": {"name": "R"}}}, "is a notebook of r: only Python")])
def test_what_is_no_notebook_of_python_is_refused(archive_of, content, problem):
    with pytest.raises(RepositoryError, match=problem):
        read_notebook(archive_of({"a.ipynb": content}), "a.ipynb")
