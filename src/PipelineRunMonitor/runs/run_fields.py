"""The JSON of a run -> what a snapshot has of it. Pure, and total: what a run does not say costs only itself."""
from collections.abc import Mapping
from typing import Any

from azure_access.answers import Fields

from ..events.parsing import PIPELINE_RUN
from .snapshots import RunSummary

_USERS = ("createdBy", "lastModifiedBy")


def summarize(run_id: str, run: Fields, portal_url: str) -> RunSummary:
    return RunSummary(
        id=run_id, name=run.text("name"), display_name=run.text("displayName"), number=run.whole_number("runNumber"),
        status=run.text("status"), portal_url=portal_url, root_run_id=run.text("rootRunId"))


def is_pipeline_run(run: Fields) -> bool:
    """The details of SDK v2 say it in their properties alone."""
    said = (run.text("runType"), run.text("properties", "azureml.runsource"))
    return any(word is not None and names_pipeline_run(word) for word in said)


def names_pipeline_run(run_type: str) -> bool:
    """In any case, as everything that Azure Machine Learning names."""
    return run_type.casefold() == PIPELINE_RUN.casefold()


def find_parent(run: Fields, run_id: str) -> str | None:
    """The id of the parent; a run is not its own."""
    found = run.text("parentRunId")
    return found if found != run_id else None


def find_root(run: Fields, run_id: str, parent: RunSummary | None) -> str:
    """The id of the topmost run above this one: as the run says it, or its parent, or its pipeline's properties."""
    if parent is None:
        return run.text("rootRunId") or run_id
    said = (run.text("rootRunId"), run.text("properties", "azureml.rootpipelinerunid"), parent.root_run_id,
            run.text("properties", "azureml.pipelinerunid"), parent.id)
    return next(found for found in said if found and found != run_id)


def find_submitter(run: Fields) -> str | None:
    return run.text("createdBy", "userName") or run.text("createdBy", "upn")


def describe(found: Fields, log_files: Mapping[str, str], submitter: str | None) -> dict[str, Any]:
    """The details in the shape that `Run.get_details()` documents, and whatever else the service says. Of users it also
    says their ids at identity providers, which nobody needs in a log: the name is enough."""
    inputs = found.value("inputDatasets")
    users = {name: {"userName": found.text(name, "userName")} for name in _USERS if found.fields(name)}
    return {
        **{name: value for name, value in found.members.items() if value is not None},
        **users,
        "logFiles": {**found.fields("logFiles").members, **log_files},
        "inputDatasets": [_describe_input(one) for one in inputs] if isinstance(inputs, list) else inputs or [],
        "submittedBy": submitter}


def _describe_input(dataset: Any) -> Any:
    if not isinstance(dataset, dict) or "consumptionDetails" in dataset:
        return dataset
    found = Fields(dataset)
    rest = {name: value for name, value in dataset.items()
            if name not in ("identifier", "consumptionType", "inputDetails")}
    return {**rest, "dataset": {"id": found.value("identifier", "savedId")},
            "consumptionDetails": {"type": found.value("consumptionType"), **found.fields("inputDetails").members}}
