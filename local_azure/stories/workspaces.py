"""The workspaces that stories are about: those that their events name as topic."""
import re
from collections.abc import Iterable
from dataclasses import replace

from local_azure.scenarios.loading import RESOURCE_GROUP, SUBSCRIPTION_ID, WORKSPACE_ID, WORKSPACE_NAME
from local_azure.scenarios.models import Workspace
from local_azure.scenarios.shapes import LOCATION

from .models import Json, text

_TOPIC = re.compile(r"/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/Microsoft\.MachineLearningServices"
                    r"/workspaces/([^/]+)/?", re.IGNORECASE)
USUAL = Workspace(SUBSCRIPTION_ID, RESOURCE_GROUP, WORKSPACE_NAME, WORKSPACE_ID, LOCATION, experiments=(), runs=())
"""Where no event names one: the sample workspace, empty."""


def workspaces_of(events: Iterable[Json]) -> list[Workspace]:
    """In the order in which they are first named, one at least."""
    found = {workspace.arm_id.lower(): workspace for event in events if (workspace := workspace_of(event))}
    return list(found.values()) or [USUAL]


def workspace_of(event: Json) -> Workspace | None:
    """The workspace, without runs, of an event in either schema; None where its topic is that of none."""
    named = _TOPIC.fullmatch(text(event.get("topic")) or text(event.get("source")) or "")
    if named is None:
        return None
    subscription_id, resource_group, name = named.groups()
    return replace(USUAL, subscription_id=subscription_id, resource_group=resource_group, name=name)
