"""The functions that an event meets, and the folders, are those that there are."""
from pkgutil import resolve_name

import pytest
from pathspec import GitIgnoreSpec

from tests.docs.pages import README, REPOSITORY, code_blocks, names, rows

PAGE = REPOSITORY / "docs" / "architecture.md"
MET = [name for cells in rows(PAGE, "An event's way") for name in names(cells[1])]


def tree(block: str) -> set[str]:
    """The names in a drawing of folders."""
    return {line.strip("│├└─ ").split()[0] for line in block.splitlines()}


def below(folder: str) -> set[str]:
    """What is in a folder of the repository, without what git ignores."""
    ignored = GitIgnoreSpec.from_lines([".git/", *(REPOSITORY / ".gitignore").read_text("utf-8").splitlines()])
    return {path.name for path in (REPOSITORY / folder).iterdir()
            if not ignored.match_file(path.name + "/" * path.is_dir())}


@pytest.mark.parametrize("name", MET)
def test_function_is_there(name):
    assert callable(resolve_name(name))


def test_way_of_an_event_is_told():
    assert len(MET) > 10


def test_every_folder_of_src_is_drawn():
    [drawn] = [tree(block) for block in code_blocks(PAGE) if block.startswith("src\n")]
    folders = {name for folder in ("src", "src/PipelineRunMonitor") for name in below(folder)
               if (REPOSITORY / folder / name).is_dir()}
    assert folders <= drawn <= folders | below("src") | below("src/PipelineRunMonitor") | {"src"}


def test_every_folder_of_the_repository_is_in_the_readme():
    [drawn] = [tree(block) for block in code_blocks(README) if block.startswith("src ")]
    folders = {name for name in below(".") if (REPOSITORY / name).is_dir()}
    assert folders <= drawn <= below(".")


def test_every_folder_of_the_local_azure_is_described():
    described = {name for first, _ in rows(REPOSITORY / "docs" / "local_azure.md", "The local Azure")
                 for name in names(first)}
    assert described == {name for name in below("local_azure") if (REPOSITORY / "local_azure" / name).is_dir()}
