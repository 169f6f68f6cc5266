"""Builds what the functions need from the settings: once for each worker, and again while a setting is wrong."""
import os
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from azure.core.credentials import TokenCredential

from azure_access.connections.kept_connections import KeptConnections
from azure_access.credentials import credential
from azure_access.openings import opened_once
from azure_access.tokens import TokenSource
from azure_access.workspaces import WorkspaceId

from .announcing import Announcer
from .closing import Closer
from .devops.organizations import SCOPE, Organizations
from .devops.organizations import SERVICE as DEVOPS
from .errors import RefusedError
from .machine_learning.services import SERVICE as MACHINE_LEARNING
from .machine_learning.services import Services
from .machine_learning.workspaces import Workspaces
from .reporting import Record, Reporter
from .settings import Settings
from .starting import Starter
from .transport import Transport

_CONNECTIONS = 32  # to each host: of the runs that are being started, each sends several files at a time
_OF_TASK = replace(DEVOPS, refused=RefusedError, cure=(
    "NOTEBOOK_DEVOPS_ACCESS says that the task itself asks, so the pipeline's YAML has to name the repository under "
    "uses.repositories, and the message must be no older than a day"))


@dataclass(frozen=True, slots=True)
class Opened:
    settings: Settings
    organizations: Organizations
    workspaces: Workspaces
    starter: Starter
    reporter: Reporter
    closer: Closer

    def recording(self, record: Record) -> "Opened":
        """The same, but what it reports is recorded too."""
        return replace(self, reporter=self.reporter.recording(record))


def open_app() -> Opened:
    """Asks for nothing yet. Raises SettingsError."""
    settings = Settings.from_environment(os.environ)
    identity, connections = credential(settings.identity), KeptConnections(_CONNECTIONS)
    tokens = TokenSource(identity, SCOPE)
    organizations = Organizations(Transport(DEVOPS, connections, tokens.get, tokens.forget))
    workspaces = Workspaces(settings.workspaces, lambda known: _services(settings, identity, connections, known))
    announcer = Announcer(settings.devops_hosts)
    starter = Starter(organizations, workspaces, announcer, settings.devops_hosts,
                      (lambda token: Organizations(Transport(_OF_TASK, connections, lambda deadline: token)))
                      if settings.uses_task_token else None)
    closer = Closer(organizations)
    reporter = Reporter(organizations, closer, announcer, settings.devops_hosts, _now)
    return Opened(settings, organizations, workspaces, starter, reporter, closer)


def _services(settings: Settings, identity: TokenCredential, connections: KeptConnections,
              workspace: WorkspaceId) -> Services:
    cloud = settings.identity.cloud
    tokens = TokenSource(identity, f"{cloud.management_audience}/.default")
    management = Transport(MACHINE_LEARNING, connections, tokens.get, tokens.forget)
    return Services(workspace, settings.identity.resource_manager or cloud.resource_manager, management,
                    Transport(MACHINE_LEARNING, connections))


def _now() -> datetime:
    return datetime.now(timezone.utc)


opened = opened_once(open_app)
