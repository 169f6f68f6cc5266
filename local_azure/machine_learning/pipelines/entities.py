"""What the pipelines service keeps: entities as the SDK posts them, by kind, each of one workspace."""
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from local_azure.machine_learning.run_history.models import NotFoundError, WorkspaceHistory

Entity = dict[str, Any]
ACTIVE, DISABLED = "Active", "Disabled"
_NAMES = {"0": ACTIVE, "1": "Deprecated", "2": DISABLED}  # the SDK sends and takes numbers and names alike


class Entities:
    """Of one kind, which messages name."""

    def __init__(self, kind: str):
        self._kind = kind
        self._found: dict[tuple[str, str], Entity] = {}

    def add(self, history: WorkspaceHistory, fields: Mapping[str, Any], entity_id: str | None = None) -> Entity:
        """An entity with these fields and an id, active."""
        entity = {**fields, "Id": entity_id or str(uuid4()), "EntityStatus": ACTIVE}
        self._found[history.arm_id, entity["Id"]] = entity
        return entity

    def replace(self, history: WorkspaceHistory, entity_id: str, fields: Mapping[str, Any]) -> Entity:
        """Raises NotFoundError."""
        found = self.find(history, entity_id)
        status = str(fields.get("EntityStatus", found["EntityStatus"]))
        changed = {**found, **fields, "Id": entity_id, "EntityStatus": _NAMES.get(status, status)}
        self._found[history.arm_id, entity_id] = changed
        return changed

    def find(self, history: WorkspaceHistory, entity_id: str) -> Entity:
        """Raises NotFoundError."""
        found = self._found.get((history.arm_id, entity_id))
        if found is None:
            raise NotFoundError(f"{self._kind} {entity_id} was not found")
        return found

    def all(self, history: WorkspaceHistory, only_active: bool = False) -> list[Entity]:
        """In the order in which they were made."""
        return [entity for (workspace, _), entity in list(self._found.items()) if workspace == history.arm_id
                and not (only_active and entity["EntityStatus"] != ACTIVE)]


def asks_for_active(query: Mapping[str, str]) -> bool:
    return query.get("activeOnly", "").lower() == "true"
