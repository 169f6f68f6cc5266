"""The requests to the artifact service: which log files a run has, and where they are."""
from typing import Any

from local_azure.machine_learning.answering import Answer, Parameters, page
from local_azure.machine_learning.run_history.models import WorkspaceHistory
from local_azure.scenarios.models import ARM_ID

_OF_RUNS = f"/artifact/v2.0{ARM_ID}/artifacts/prefix/contentinfo/ExperimentRun"


def answers() -> dict[str, Answer]:
    """By path."""
    return {f"{_OF_RUNS}/{{container}}/{{folder}}": _log_files}


def _log_files(history: WorkspaceHistory, parameters: Parameters) -> dict[str, Any]:
    container = parameters["container"]
    return page([
        {"contentUri": url, "origin": "ExperimentRun", "container": container, "path": path}
        for path, url in history.log_urls(container, parameters["folder"]).items()])
