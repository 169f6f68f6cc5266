"""Works with the sample as a team does, with the real SDK, and prints what it saw as JSON.

team.py NO_ROWS.csv: tries the steps by hand, publishes the pipeline for two builds, and runs it.
"""
import json
import sys
import time
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[3] / "samples" / "diabetes_regression"
sys.path[:0] = [str(SAMPLE), str(SAMPLE / "training")]

import evaluate  # noqa: E402
import publish_pipeline  # noqa: E402
import register  # noqa: E402
import train  # noqa: E402
from azureml.core import Model  # noqa: E402
from azureml.pipeline.core import PipelineEndpoint, PublishedPipeline  # noqa: E402
from named_workspace import open_workspace  # noqa: E402

FOLDER = Path.home() / "by_hand"


def evaluated(build: str, *options: str, data_set: str = "diabetes", alpha: str = "2") -> dict[str, str]:
    """The verdict on what a build trains, by hand."""
    train.main(["--model", str(FOLDER / build), "--alpha", alpha, "--data_set", data_set])
    evaluate.main(["--model", str(FOLDER / build), "--verdict", str(FOLDER / f"{build}.verdict"), *options])
    return json.loads((FOLDER / f"{build}.verdict" / "verdict.json").read_text())["verdict"]


def registered(build: str) -> list[str]:
    """What there is when a build has come to its last step, by hand."""
    register.main(["--model", str(FOLDER / build), "--verdict", str(FOLDER / f"{build}.verdict"), "--build_id", build])
    return models()


def models() -> list[str]:
    return sorted(model.id for model in Model.list(open_workspace(), name=evaluate.MODEL_NAME))


def finish(run) -> dict:
    while run.get_status() not in ("Finished", "Failed", "Canceled"):
        time.sleep(0.05)
    return {"id": run.id, "status": run.get_status(), "tags": run.get_tags(), "metrics": run.get_metrics(),
            "steps": {step.name: step.id for step in run.get_children()}}


def try_by_hand(no_rows: str) -> dict:
    """Builds 1 and 2 run at once: neither sees the other's model when it evaluates its own."""
    verdicts = {"first": evaluated("1"), "at once": evaluated("2", alpha="5")}
    at_once = [registered("1"), registered("2"), registered("1")]
    return {**verdicts, "models at once": at_once, "worse": evaluated("3", alpha="10"),
            "no rows": evaluated("4", data_set=no_rows), "no metric": evaluated("5", "--metric", "f1"),
            "models after": [registered("3"), registered("4"), registered("5")]}


def run_published() -> dict:
    workspace = open_workspace()
    for build in ("6", "7", "7"):
        publish_pipeline.main(["--build_id", build])
    endpoint = PipelineEndpoint.get(workspace, name="diabetes-training")
    failing = endpoint.submit("diabetes", pipeline_parameters={"alpha": "-1"})
    better = endpoint.submit("diabetes", pipeline_parameters={"build_id": "7"})
    seen = {"better": finish(better), "failing": finish(failing)}
    model = Model.list(workspace, name=evaluate.MODEL_NAME, latest=True)[0]
    files = Path(model.download(str(FOLDER / "downloaded"))).iterdir()
    return {**seen, "published": [(one.name, one.version) for one in PublishedPipeline.list(workspace)],
            "versions": len(endpoint.list_versions()), "models": models(),
            "model": {"tags": model.tags, "run": model.run_id, "files": sorted(file.name for file in files)}}


if __name__ == "__main__":
    print(json.dumps({**try_by_hand(*sys.argv[1:]), **run_published()}))
