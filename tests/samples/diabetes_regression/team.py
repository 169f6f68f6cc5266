"""Works with the sample as a team does, with the real SDK, and prints what it saw as JSON.

team.py NO_ROWS.csv: tries the steps by hand, publishes the pipeline for two builds, and runs it.
"""
import argparse
import contextlib
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[3] / "samples" / "diabetes_regression"
sys.path[:0] = [str(SAMPLE), str(SAMPLE / "training")]

import evaluate  # noqa: E402
import publish_pipeline  # noqa: E402
import register  # noqa: E402
import train  # noqa: E402
from azureml.core import Model, Run  # noqa: E402
from azureml.pipeline.core import PipelineEndpoint, PublishedPipeline  # noqa: E402
from handover import read_training  # noqa: E402
from named_workspace import open_workspace  # noqa: E402
from step_run import StepRun  # noqa: E402

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


class OvertakenStep(StepRun):
    """Between its look at the registry and its registration, somebody else registers."""

    def __init__(self, overtake: Callable[[], object]):
        super().__init__(Run.get_context())
        self._overtake = overtake

    def register_model(self, *arguments) -> int:
        self._overtake()
        return super().register_model(*arguments)


def given(model: str, build: str, build_id: str) -> argparse.Namespace:
    return register.options().parse_args([
        "--model", str(FOLDER / build), "--verdict", str(FOLDER / f"{build}.verdict"), "--model_name", model,
        "--build_id", build_id])


def outcome(step: StepRun, own: argparse.Namespace) -> dict:
    tags = register.register(step, own)
    return {"tags": tags, "models": sorted(one.id for one in Model.list(open_workspace(), name=own.model_name))}


def overtaken(model: str, build: str, other: str, build_ids: tuple[str, str]) -> dict:
    """What comes of a build that another one overtakes in the moment in which both register."""
    others = given(model, other, build_ids[1])
    step = OvertakenStep(lambda: register.register(StepRun.current(), others))
    return outcome(step, given(model, build, build_ids[0]))


def beside_a_worse_one(model: str, first: str, second: str) -> dict:
    """What comes of a build while the model of build 3, which is worse than the first, is still to be withdrawn."""
    step = StepRun.current()
    register.register(step, given(model, first, first))
    worse = read_training(FOLDER / "3")
    step.register_model(FOLDER / "3", model, {name: str(value) for name, value in worse.metrics.items()})
    return outcome(step, given(model, second, second))


def register_at_once() -> dict:
    """The model of build 1 is better than that of build 2; both were evaluated when there was none."""
    return {"better first": overtaken("better_first", "2", "1", ("2", "1")),
            "worse first": overtaken("worse_first", "1", "2", ("1", "2")),
            "one build": overtaken("one_build", "1", "2", ("1", "1")),
            "no build": overtaken("no_build", "1", "1", ("none", "none")),
            "beside a worse one": beside_a_worse_one("beside_a_worse_one", "1", "2"),
            "better than both": beside_a_worse_one("better_than_both", "2", "1"),
            "after one that went": outcome(StepRun.current(), given("after_one_that_went", "3", "3"))}


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
    # The SDK prints from several threads at once: Python's standard output then loses some of it.
    with contextlib.redirect_stdout(io.StringIO()):
        seen = {**try_by_hand(*sys.argv[1:]), "overtaken": register_at_once(), **run_published()}
    print(json.dumps(seen))
