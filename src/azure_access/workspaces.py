"""Which workspace: the three names that identify one, and the ARM id that events carry as their topic."""
import re
from dataclasses import dataclass

from .environment import quote

_ARM_ID = re.compile(
    r"/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/Microsoft\.MachineLearningServices/workspaces/([^/]+)/?",
    re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WorkspaceId:
    subscription_id: str
    resource_group: str
    name: str

    @classmethod
    def from_arm_id(cls, arm_id: str) -> "WorkspaceId":
        """Raises ValueError when the text is not the ARM id of an Azure Machine Learning workspace."""
        match = _ARM_ID.fullmatch(arm_id)
        if not match:
            raise ValueError(f"{quote(arm_id)} is not the ARM id of an Azure Machine Learning workspace")
        return cls(*match.groups())

    @property
    def arm_id(self) -> str:
        return (f"/subscriptions/{self.subscription_id}/resourceGroups/{self.resource_group}"
                f"/providers/Microsoft.MachineLearningServices/workspaces/{self.name}")

    def page_of(self, run_id: str, studio_url: str) -> str:
        """Of a run in the studio, as the SDK writes its address; who is signed in to several tenants adds `&tid=`."""
        return (f"{studio_url}/runs/{run_id}?wsid=/subscriptions/{self.subscription_id}"
                f"/resourcegroups/{self.resource_group}/workspaces/{self.name}")

    def is_same(self, other: "WorkspaceId") -> bool:
        """ARM ids are compared without regard to case: services echo them in differing case."""
        return self.arm_id.casefold() == other.arm_id.casefold()
