"""The order in which files of tests are given to the processes that run them."""
from collections.abc import Iterable
from pathlib import Path

_TESTS = Path(__file__).parent
LONG_FOLDERS = ("end_to_end", "dashboard/page", "queries", "environment_setup", "local_azure/commands",
                "devops_pipelines", "samples", "benchmarks")


def places(files: Iterable[Path]) -> dict[Path, float]:
    """The place of each file, 1 for those behind all others.

    Files that take long come first, so that no process is left with one of them at the end. Those of a folder stand
    among those of the others: some wait for most of their time, and some compute.
    """
    found = dict.fromkeys(files, 1.0)
    for folder in LONG_FOLDERS:
        inside = [file for file in found if file.is_relative_to(_TESTS / folder)]
        found |= {file: number / len(inside) for number, file in enumerate(inside)}
    return found
