"""Where the services of one workspace are, and what their refusals mean, whichever of them is asked."""
from azure_access.deadline import Deadline
from azure_access.workspaces import WorkspaceId

from .refusals import LATER_SECONDS, Refusal, unavailable
from .transport import Answer, Transport

_API_VERSION = "2024-10-01"


class WorkspaceApi:
    """Safe to use from many threads. `management` is for tokens of Resource Manager, which most services take too."""

    def __init__(self, workspace: WorkspaceId, resource_manager: str, management: Transport):
        self.workspace, self.management = workspace, management
        self._resource_manager = resource_manager.rstrip("/")
        self._api_url: str | None = None

    def arm_url(self, path: str = "") -> str:
        """Of something below the workspace, in Resource Manager."""
        return f"{self._resource_manager}{self.workspace.arm_id}{path}?api-version={_API_VERSION}"

    def url(self, service: str, deadline: Deadline) -> str:
        """All services of a workspace are at one address, its discovery too. Raises MonitorError."""
        if self._api_url is None:
            answer = self.management.ask("the workspace", self.arm_url(), deadline)
            if answer.status == 404:
                raise Refusal(502, "NoWorkspace", "Resource Manager knows no such workspace: mend SUBSCRIPTION_ID, "
                                                  "RESOURCE_GROUP and WORKSPACE_NAME")
            self.check(answer, "the workspace")
            discovery = answer.fields.text("properties", "discoveryUrl") or ""
            if not discovery.startswith("https://"):
                raise unavailable("the workspace does not say where its services are: try again later")
            self._api_url = discovery.rstrip("/").removesuffix("/discovery")
        return f"{self._api_url}/{service}/v1.0{self.workspace.arm_id}"

    def check(self, answer: Answer, what: str) -> None:
        """Raises Refusal where the answer is one."""
        if answer.status in (401, 403):
            raise Refusal(502, "AccessDenied", f"Azure Machine Learning refused access to {what} (HTTP {answer.status})"
                          ": give the identity that starts pipelines the role AzureML Data Scientist on the workspace "
                          f"{self.workspace.name}")
        if answer.status == 429:
            raise Refusal(429, "Throttled", "Azure Machine Learning throttles: send the request again later",
                          retry_after_seconds=answer.retry_after_seconds or LATER_SECONDS)
        if not answer.is_ok:
            raise unavailable(f"{what}: Azure Machine Learning answered with HTTP {answer.status}: try again later",
                              answer.retry_after_seconds)
