"""What the subjects find where they are measured."""
import subprocess
import sys

from tests.benchmarks.processes import ROOT

PROGRAM = ("from importlib.metadata import entry_points; "
           "print(*(found.name for found in entry_points(group='azureml_run_type_providers')))")


def test_azureml_core_finds_nothing_of_a_package_that_is_not_deployed(laboratory):
    ended = subprocess.run([sys.executable, "-c", PROGRAM], env=laboratory.environment(), cwd=ROOT, check=True,
                           capture_output=True)
    assert ended.stdout.decode().split() == ["azureml.scriptrun"]
