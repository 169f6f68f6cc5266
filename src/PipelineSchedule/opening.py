"""Builds what the functions need from the settings: once for each worker, and again while a setting is wrong."""
import os
from dataclasses import dataclass

from azure_access.credentials import credential
from azure_access.openings import opened_once
from azure_access.tokens import TokenSource

from .pipeline_service import PipelineService
from .settings import Settings
from .submitter import Submitter
from .transport import Transport
from .workspace_api import WorkspaceApi


@dataclass(frozen=True, slots=True)
class Opened:
    settings: Settings
    service: PipelineService
    submitter: Submitter


def _open() -> Opened:
    """Asks for nothing yet. Raises SettingsError."""
    settings = Settings.from_environment(os.environ)
    service = open_service(settings)
    return Opened(settings, service, Submitter(service))


opened = opened_once(_open)


def open_service(settings: Settings) -> PipelineService:
    api, studio = open_api(settings), settings.identity.cloud.machine_learning_studio
    return PipelineService(api, studio, _transport(settings, studio))


def open_api(settings: Settings) -> WorkspaceApi:
    cloud = settings.identity.cloud
    return WorkspaceApi(settings.workspace, settings.identity.resource_manager or cloud.resource_manager,
                        _transport(settings, cloud.management_audience))


def _transport(settings: Settings, audience: str) -> Transport:
    return Transport(TokenSource(credential(settings.identity), f"{audience}/.default"))
