"""Publishes, submits and schedules with the real azureml-pipeline-core, and prints what it saw as JSON.

Usage: publish.py FOLDER_OF_THIS_FILE
"""
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the folder that has the module below

from azureml.core import Experiment  # noqa: E402
from azureml.pipeline.core import (  # noqa: E402
    Pipeline, PipelineEndpoint, PublishedPipeline, Schedule, ScheduleRecurrence)
from sdk_workspace import message_of, open_workspace  # noqa: E402


def finish(run) -> dict:
    while run.get_status() not in ("Finished", "Failed", "Canceled"):
        time.sleep(0.05)
    return {"id": run.id, "status": run.get_status(), "tags": run.get_tags(), "properties": run.get_properties(),
            "steps": {step.name: {"id": step.id, "status": step._run_dto["status"]} for step in run.get_children()}}


def first_run_of(schedule):
    while (run := schedule.get_last_pipeline_run()) is None:
        time.sleep(0.05)
    return run


def main(folder: str) -> dict:
    workspace = open_workspace()
    definition = Path.home() / "pipeline.yml"
    definition.write_text(Path(folder, "pipeline.yml").read_text().replace("FOLDER", str(Path(folder, "steps"))))
    pipeline = Pipeline.load_yaml(workspace, str(definition))
    published = pipeline.publish("diamond", "of the tests", "1")
    endpoint = PipelineEndpoint.publish(workspace, "diamonds", "of the tests", published)
    seen = {
        "published": finish(published.submit(workspace, "mlops")),
        "again": finish(published.submit(workspace, "mlops")),
        "failing": finish(published.submit(workspace, "mlops", pipeline_parameters={"word": "fail"})),
        "endpoint": finish(endpoint.submit("mlops", pipeline_parameters={"count": 5})),
        "unpublished": finish(Experiment(workspace, "mlops").submit(pipeline, tags={"team": "a"}))}
    seen["scheduled"] = finish(first_run_of(schedule := Schedule.create(
        workspace, "hourly", published.id, "scheduled", recurrence=ScheduleRecurrence("Hour", 1),
        pipeline_parameters={"count": 7})))
    active = [one.name for one in Schedule.list(workspace)]
    schedule.disable()
    listed = [one.name for one in PublishedPipeline.list(workspace)]
    published.disable()
    return {**seen, "id": published.id, "endpoint url": published.endpoint, "listed": listed,
            "schedules": [active, [one.name for one in Schedule.list(workspace)], schedule.id],
            "disabled": [one.name for one in PublishedPipeline.list(workspace)],
            "of a disabled one": message_of(lambda: published.submit(workspace, "mlops"))}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:]), default=str))
