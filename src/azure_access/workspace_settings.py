"""Which workspaces the function app knows: its own, and more of them; docs/settings.md describes each of `NAMES`."""
from collections.abc import Mapping

from .environment import reader
from .errors import SettingsError
from .workspaces import WorkspaceId

NAMES: dict[str, tuple[str, ...]] = {
    "SUBSCRIPTION_ID": (), "RESOURCE_GROUP": ("AML_RESOURCE_GROUP",), "WORKSPACE_NAME": ("AML_WORKSPACE_NAME",),
    "MONITORED_WORKSPACES": ()}


def read_workspaces(environment: Mapping[str, str]) -> tuple[WorkspaceId, ...]:
    """The three names' own first. Raises SettingsError where there is none, or a name is missing or wrong."""
    read = reader(environment, NAMES)
    names = ("SUBSCRIPTION_ID", "RESOURCE_GROUP", "WORKSPACE_NAME")
    subscription_id, resource_group, name = map(read, names)
    more = _monitored(read("MONITORED_WORKSPACES") or "")
    if subscription_id and resource_group and name:
        return (WorkspaceId(subscription_id, resource_group, name), *more)
    if more and not (subscription_id or resource_group or name):
        return more
    missing = [one for one in names if not read(one)]
    raise SettingsError(f"{', '.join(missing)} not set: put the subscription id, resource group and name of the "
                        "Azure Machine Learning workspace into SUBSCRIPTION_ID, RESOURCE_GROUP and WORKSPACE_NAME")


def _monitored(value: str) -> tuple[WorkspaceId, ...]:
    try:
        return tuple(WorkspaceId.from_arm_id(part.strip()) for part in value.split(",") if part.strip())
    except ValueError as exc:
        raise SettingsError(f"MONITORED_WORKSPACES is wrong: {exc}; put ARM ids there, separated by commas: "
                            "/subscriptions/…/resourceGroups/…/providers/Microsoft.MachineLearningServices/workspaces/…"
                            ) from exc
