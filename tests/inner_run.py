"""Tests that are run inside of a test, for what pytest makes of them."""
import os
import subprocess
import sys

from tests.programs import REPOSITORY


def run_tests(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """In a process of their own, which writes none of the reports that the run around it was told to write."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments], cwd=REPOSITORY,
                          env={**kept, **environment}, capture_output=True, text=True, timeout=300)
