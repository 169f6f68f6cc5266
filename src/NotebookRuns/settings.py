"""The settings of the functions that run notebooks; docs/settings.md describes each of `NAMES`.

`NOTEBOOK_QUEUE` is what the host listens to; without it none of these functions has anything to do.
"""
from collections.abc import Mapping
from dataclasses import dataclass

from azure_access import identity_settings, workspace_settings
from azure_access.environment import quote, read_seconds, reader
from azure_access.errors import SettingsError
from azure_access.identity_settings import IdentitySettings
from azure_access.workspace_settings import read_workspaces
from azure_access.workspaces import WorkspaceId

OWN_NAMES: dict[str, tuple[str, ...]] = {
    "NOTEBOOK_QUEUE": (), "NOTEBOOK_DEVOPS_ACCESS": (), "NOTEBOOK_DEVOPS_HOSTS": (), "NOTEBOOK_TIMEOUT_SECONDS": ()}
NAMES: dict[str, tuple[str, ...]] = {**workspace_settings.NAMES, **identity_settings.NAMES, **OWN_NAMES}
IDENTITY, TASK = TOKENS = ("identity", "task")
DEFAULT_TIMEOUT_SECONDS, MOST_TIMEOUT_SECONDS = 240.0, 270.0
"""A message is locked for five minutes at most."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The first of the `workspaces` is meant where a message names none. `devops_hosts` are trusted with tokens beside
    Azure DevOps' own; `uses_task_token`: a message's token reads the repository and starts the test runs."""

    workspaces: tuple[WorkspaceId, ...]
    identity: IdentitySettings
    devops_hosts: frozenset[str]
    uses_task_token: bool
    timeout_seconds: float

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Raises SettingsError, which names the setting and says what to put there."""
        read = reader(environment, NAMES)
        if not read("NOTEBOOK_QUEUE"):
            raise SettingsError("NOTEBOOK_QUEUE not set: put the name of the Service Bus queue there, or switch the "
                                "functions off with AzureWebJobs.RunNotebooks.Disabled and its like")
        token = (read("NOTEBOOK_DEVOPS_ACCESS") or IDENTITY).casefold()
        if token not in TOKENS:
            raise SettingsError(f"NOTEBOOK_DEVOPS_ACCESS is {quote(token)}: put one of {', '.join(TOKENS)} there")
        hosts = (read("NOTEBOOK_DEVOPS_HOSTS") or "").split(",")
        return cls(read_workspaces(environment), IdentitySettings.from_environment(environment),
                   frozenset(filter(None, map(_host, hosts))), token == TASK, read_seconds(
                       read, "NOTEBOOK_TIMEOUT_SECONDS", DEFAULT_TIMEOUT_SECONDS, MOST_TIMEOUT_SECONDS))


def _host(value: str) -> str:
    """With its port, whether an address was given or the name alone."""
    return value.strip().removeprefix("https://").rstrip("/")
