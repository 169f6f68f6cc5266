"""What a notebook's run is made of, as the execution service takes it ("RunConfiguration" of the SDK). Pure."""
from dataclasses import dataclass
from typing import Any

from NotebookRuns.repository.requirements import Requirements

from .snapshots import RUNNER

DEFAULT_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04"
ENVIRONMENT = "notebook_runs"
LOG = "user_logs/std_log.txt"


@dataclass(frozen=True, slots=True)
class RunPlace:
    """Where and how long a run may run; without an `image` it is Azure Machine Learning's own."""

    compute: str
    image: str | None
    timeout_minutes: int


def output_of(notebook: str) -> str:
    """The path of the executed notebook among the run's files."""
    return f"outputs/{notebook.rpartition('/')[2].removesuffix('.ipynb')}.output.ipynb"


def run_configuration(notebook: str, requirements: Requirements, place: RunPlace) -> dict[str, Any]:
    """`notebook` is its path in the snapshot. The image's own kernel takes no part: the environment has one."""
    return {
        "script": RUNNER, "arguments": [notebook, output_of(notebook)], "target": place.compute,
        "framework": "Python", "communicator": "None", "nodeCount": 1,
        "maxRunDurationSeconds": place.timeout_minutes * 60,
        "environment": {
            "name": ENVIRONMENT, "environmentVariables": {},
            "python": {"userManagedDependencies": False, "interpreterPath": "python",
                       "condaDependencies": requirements.environment(ENVIRONMENT)},
            "docker": {"enabled": True, "baseImage": place.image or DEFAULT_IMAGE}},
        "docker": {"useDocker": True},
        "history": {"outputCollection": True, "snapshotProject": True, "directoriesToWatch": ["logs"]}}
