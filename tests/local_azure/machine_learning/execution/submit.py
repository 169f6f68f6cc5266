"""Submits with the real azureml-core, waits for each end and prints what the SDK saw of it as JSON.

Usage: submit.py FOLDER_WITH_JOBS
"""
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the folder that has the module below

from azureml.core import Environment, Experiment, Run, ScriptRunConfig  # noqa: E402
from azureml.core.runconfig import RunConfiguration  # noqa: E402
from sdk_workspace import message_of, open_workspace  # noqa: E402


def config(folder: str, **options) -> ScriptRunConfig:
    definition = RunConfiguration()
    definition.target = options.pop("target", "cpu-cluster")
    definition.environment = Environment("train")
    definition.environment.environment_variables = {"COLOUR": "red"}
    definition.max_run_duration_seconds = options.pop("seconds", None)
    return ScriptRunConfig(folder, run_config=definition, **options)


def wait(run: Run, *statuses: str) -> None:
    while run.get_status() not in (statuses or ("Completed", "Failed", "Canceled")):
        time.sleep(0.05)


def describe(run: Run) -> dict:
    wait(run)
    details = run.get_details()
    return {"id": run.id, "status": run.get_status(), "error": details.get("error"), "tags": run.get_tags(),
            "properties": run.get_properties(), "metrics": run.get_metrics(), "files": run.get_file_names(),
            "logs": list(details["logFiles"]), "log": run.get_all_logs(str(Path.home() / run.id))[-1:] and
            Path(run.get_all_logs(str(Path.home() / run.id))[-1]).read_text(),
            "children": {child.name: child.get_status() for child in run.get_children()}}


def main(folder: str) -> dict:
    workspace = open_workspace()
    experiment = Experiment(workspace, "spike")
    submitted = {
        "train": experiment.submit(config(folder, script="train.py", arguments=["--alpha", 0.4]), tags={"team": "a"}),
        "fail": experiment.submit(config(folder, script="fail.py")),
        "limited": experiment.submit(config(folder, script="wait.py", seconds=1)),
        "command": experiment.submit(config(folder, command="echo $COLOUR $AZUREML_RUN_ID; exit 3")),
        "canceled": experiment.submit(config(folder, script="wait.py"), run_id="wait_1")}
    again = experiment.submit(config(folder, script="wait.py"), run_id="wait_1")
    wait(submitted["canceled"], "Running")
    submitted["canceled"].cancel()
    seen = {name: describe(run) for name, run in submitted.items()}
    submitted["train"].download_file("given/other.txt", str(Path.home() / "back.txt"))
    return {**seen, "again": again.id, "back": (Path.home() / "back.txt").read_text(),
            "targets": list(workspace.compute_targets), "number": submitted["train"].number,
            "unknown target": message_of(lambda: experiment.submit(config(folder, script="fail.py", target="no")))}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:]), default=str))
