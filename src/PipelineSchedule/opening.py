"""Builds what the functions need from the settings: once for each worker, and again while a setting is wrong."""
import logging
import os
import threading
from dataclasses import dataclass

from azure_access.credentials import credential
from azure_access.tokens import TokenSource

from .pipeline_service import PipelineService
from .settings import Settings
from .submitter import Submitter
from .transport import Transport


@dataclass(frozen=True, slots=True)
class Opened:
    settings: Settings
    service: PipelineService
    submitter: Submitter


_opened: Opened | None = None
_opening = threading.Lock()


def opened() -> Opened:
    """Asks for nothing yet. Raises SettingsError."""
    global _opened
    with _opening:
        if _opened is None:
            logging.getLogger("azure").setLevel(logging.WARNING)  # azure-identity tells of every token it hands out
            settings = Settings.from_environment(os.environ)
            service = open_service(settings)
            _opened = Opened(settings, service, Submitter(service))
        return _opened


def open_service(settings: Settings) -> PipelineService:
    identity, cloud = credential(settings.identity), settings.identity.cloud
    resource_manager = settings.identity.resource_manager or cloud.resource_manager
    management = Transport(TokenSource(identity, f"{cloud.management_audience}/.default"), resource_manager)
    inference = Transport(TokenSource(identity, f"{cloud.machine_learning_studio}/.default"), resource_manager)
    return PipelineService(settings.workspace, cloud.machine_learning_studio, resource_manager, management, inference)
