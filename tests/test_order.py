"""Which files of tests are run first."""
from pathlib import Path

from tests.order import LONG_FOLDERS, SHORT_FOLDERS, places

TESTS = Path(__file__).parent
LONG = [TESTS / folder / f"test_{letter}.py" for folder in ("end_to_end", "queries") for letter in "abcd"]
SHORT = [TESTS / "docs" / "test_a.py", TESTS / "test_a.py", TESTS / "local_azure" / "test_a.py"]


def test_long_ones_come_first_in_turns_and_short_ones_last():
    found = places([*SHORT, *LONG])
    order = sorted(found, key=found.get)
    assert {file.parent.name for file in order[:2]} == {file.parent.name for file in order[2:4]} == {
        "end_to_end", "queries"}
    assert order[-3:] == [*SHORT[1:], SHORT[0]]


def test_the_folders_are_there():
    assert [folder for folder in (*LONG_FOLDERS, *SHORT_FOLDERS) if not (TESTS / folder).is_dir()] == []
    there = sorted(TESTS.rglob("test_*.py"))
    found = places(there)
    assert [file for file in there if file.parent.name in ("end_to_end", "page", "queries") and found[file] == 1] == []
