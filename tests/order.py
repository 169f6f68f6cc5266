"""The order in which files of tests are given to the processes that run them."""
from collections.abc import Iterable
from pathlib import Path

_TESTS = Path(__file__).parent
LONG_FOLDERS = ("end_to_end", "dashboard", "queries", "environment_setup", "local_azure/commands",
                "devops_pipelines", "samples", "benchmarks", "src")
SHORT_FOLDERS = ("docs",)


def places(files: Iterable[Path]) -> dict[Path, float]:
    """The place of each file, from 0 on.

    Files that take long come first and short ones last, so that no process is left with a long one at the end. Those
    of a folder stand among those of the others: some wait for most of their time, and some compute.
    """
    found = dict.fromkeys(files, 1.0)
    for folder in LONG_FOLDERS:
        inside = [file for file in found if file.is_relative_to(_TESTS / folder)]
        found |= {file: number / len(inside) for number, file in enumerate(inside)}
    for folder in SHORT_FOLDERS:
        found |= {file: 2.0 for file in found if file.is_relative_to(_TESTS / folder)}
    return found
