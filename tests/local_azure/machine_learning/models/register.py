"""Registers, finds, changes and downloads models with the real azureml-core, and prints what it saw as JSON.

Usage: register.py, in a folder that it may write to
"""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the folder that has the module below

from azureml.core import Experiment, Model  # noqa: E402
from sdk_workspace import message_of, open_workspace  # noqa: E402


def write(path: str, text: str) -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)
    return path


def files_below(folder: str) -> dict:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in Path(folder).rglob("*") if path.is_file()}


def describe(model) -> list:
    return [model.id, model.tags, model.properties, model.run_id, model.experiment_name]


def names(models) -> list:
    return [model.id for model in models]


def main() -> dict:
    workspace = open_workspace()
    run = Experiment(workspace, "training").start_logging(outputs=None, snapshot_directory=None)
    run.upload_file("outputs/model.pkl", write("model.pkl", "first"))
    of_run = run.register_model("diabetes", "outputs/model.pkl", tags={"BuildId": "7", "mse": "3.5"},
                                properties={"made": "here"})
    write("packed/model.json", "second"), write("packed/part/data.txt", "data")
    of_folder = Model.register(workspace, "packed", "diabetes", tags={"BuildId": "8"}, description="a folder")
    Model.register(workspace, write("other.txt", "other"), "other", tags={"BuildId": "8"})
    of_run.add_tags({"stage": "qa"})
    of_run.remove_tags(["mse"])
    of_run.add_properties({"size": "5"})
    of_folder.update(description="still a folder")
    seen = {
        "of run": describe(Model(workspace, id=of_run.id)),
        "of folder": describe(Model(workspace, "diabetes", version=2)),
        "description": Model(workspace, "diabetes").description,
        "all": names(Model.list(workspace)), "latest": names(Model.list(workspace, latest=True)),
        "of one name": names(Model.list(workspace, "diabetes")),
        "by tag": names(Model.list(workspace, tags=[["BuildId", "8"]])),
        "by name of a tag": names(Model.list(workspace, tags=["stage"])),
        "by property": names(Model.list(workspace, properties=[["made", "here"], "size"])),
        "by run": [names(Model.list(workspace, run_id=run.id)), run.id],
        "run": Model(workspace, id=of_run.id).run.id}
    of_run.download("first")
    of_folder.download("second")
    of_folder.delete()
    run.complete()
    return seen | {
        "files": [files_below("first"), files_below("second")],
        "after": Model.register(workspace, "model.pkl", "diabetes").id,
        "deleted": message_of(lambda: Model(workspace, id="diabetes:2")),
        "unknown": message_of(lambda: Model(workspace, "none"))}


if __name__ == "__main__":
    print(json.dumps(main()))
