"""Reads the run of an event with each of the function's readers and with the SDK's public calls, and prints all.

A program of its own, because azureml-core reads the environment that points it to the local Azure when it is imported.
Usage: read_run.py, with the event on standard input.
"""
import ast
import json
import os
import re
import sys
from dataclasses import replace

from azureml.core import Run, Workspace
from azureml.core.authentication import TokenAuthentication

from azure_access.credentials import credential
from azure_access.deadline import Deadline
from PipelineRunMonitor.events.parsing import PIPELINE_RUN, parse
from PipelineRunMonitor.runs.opening import open_reader
from PipelineRunMonitor.settings import RUN_READERS, Settings

settings = Settings.from_environment(os.environ)
[event] = parse(sys.stdin.read(), settings.workspaces)
identity = credential(settings.identity)
workspace = settings.workspaces[0]
auth = TokenAuthentication(lambda audience: identity.get_token(f"{audience}/.default").token)
run = Run.get(Workspace(workspace.subscription_id, workspace.resource_group, workspace.name, auth=auth), event.run_id)
details = run.get_details()
details["inputDatasets"] = ast.literal_eval(str(details.get("inputDatasets") or []))  # the form that asks no one
for dataset in details.get("outputDatasets") or ():
    dataset.pop("dataset")  # an object of the SDK, looked up in the workspace
details["logFiles"] = {path: url for path, url in details["logFiles"].items() if not path.startswith("system_logs/")}
failed = list(run.get_children(recursive=True, status="Failed")) if run.type == PIPELINE_RUN else []
parent = run.parent


def as_the_sdk_says(value):
    """Its models have no member for what is null, and times without zeros at the end."""
    if isinstance(value, dict):
        return {name: as_the_sdk_says(member) for name, member in value.items() if member is not None}
    if isinstance(value, str):
        return re.sub(r"(:\d\d\.\d*?)0+Z$", r"\1Z", value)
    return [as_the_sdk_says(member) for member in value] if isinstance(value, list) else value


def read_with(reader):
    snapshot = open_reader(replace(settings, run_reader=reader), identity).read(event, Deadline(25))
    return {
        "details": snapshot.details, "number": snapshot.run.number, "name": snapshot.run.name,
        "display_name": snapshot.run.display_name, "status": snapshot.run.status, "url": snapshot.run.portal_url,
        "tags": snapshot.tags, "type": snapshot.run_type, "experiment": snapshot.experiment_name,
        "failed": snapshot.failed_steps and [snapshot.failed_steps.count, snapshot.failed_steps.first.id,
                                             snapshot.failed_steps.error, snapshot.failed_steps.first.portal_url],
        "parent": snapshot.parent and [snapshot.parent.id, snapshot.parent.name, snapshot.parent.number,
                                       snapshot.parent.status, snapshot.parent.portal_url]}


print(json.dumps(as_the_sdk_says({
    **{reader: read_with(reader) for reader in RUN_READERS},
    "public": {
        "details": details, "number": run.number, "name": run.name, "display_name": run.display_name,
        "status": run.status, "url": run.get_portal_url(), "tags": run.get_tags(), "type": run.type,
        "experiment": run.experiment.name,
        "failed": failed and [len(failed), failed[-1].id, failed[-1].get_details()["error"],
                              failed[-1].get_portal_url()] or None,
        "parent": parent and [parent.id, parent.name, parent.number, parent.status, parent.get_portal_url()]}})))
