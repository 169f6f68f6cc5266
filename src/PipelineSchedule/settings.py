"""The settings of the functions that start pipelines; docs/settings.md describes each of `NAMES`.

The workspace is the one that SUBSCRIPTION_ID, RESOURCE_GROUP and WORKSPACE_NAME name.
"""
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from azure_access import identity_settings
from azure_access.environment import Read, read_seconds, reader
from azure_access.errors import SettingsError
from azure_access.identity_settings import IdentitySettings
from azure_access.workspaces import WorkspaceId

from .ncrontab import Schedule, parse_schedule
from .pipelines import Pipeline, parse_pipelines
from .refusals import Refusal
from .submissions import Submission, read_submission

_WORKSPACE: dict[str, tuple[str, ...]] = {
    "SUBSCRIPTION_ID": (), "RESOURCE_GROUP": ("AML_RESOURCE_GROUP",), "WORKSPACE_NAME": ("AML_WORKSPACE_NAME",)}
OWN_NAMES: dict[str, tuple[str, ...]] = {
    "SUBMITTABLE_PIPELINES": (), "PIPELINE_SCHEDULE": (), "SCHEDULED_PIPELINE": (), "SCHEDULED_PARAMETERS": (),
    "SUBMITTER_CLIENT_ID": (), "ANSWER_TIMEOUT_SECONDS": ()}
NAMES: dict[str, tuple[str, ...]] = {**_WORKSPACE, **identity_settings.NAMES, **OWN_NAMES}
DEFAULT_ANSWER_SECONDS, MOST_ANSWER_SECONDS = 18.0, 20.0


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What the clock starts."""

    schedule: Schedule
    pipeline_name: str
    submission: Submission


@dataclass(frozen=True, slots=True)
class Settings:
    """`identity` is who starts pipelines; `scheduled` is None where no pipeline is named for it."""

    workspace: WorkspaceId
    identity: IdentitySettings
    pipelines: Mapping[str, Pipeline]
    scheduled: Scheduled | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Raises SettingsError, which names the setting and says what to put there."""
        read = reader(environment, NAMES)
        pipelines = parse_pipelines(read("SUBMITTABLE_PIPELINES") or "")
        return cls(_workspace(read), _submitter(read, IdentitySettings.from_environment(environment)), pipelines,
                   _scheduled(read, pipelines))


def read_answer_seconds(environment: Mapping[str, str]) -> float:
    """How long a caller by HTTP waits for an answer. Raises SettingsError."""
    return read_seconds(reader(environment, NAMES), "ANSWER_TIMEOUT_SECONDS", DEFAULT_ANSWER_SECONDS,
                        MOST_ANSWER_SECONDS)


def _workspace(read: Read) -> WorkspaceId:
    values = {name: read(name) for name in _WORKSPACE}
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise SettingsError(f"{', '.join(missing)} not set: pipelines are started in the workspace that "
                            "SUBSCRIPTION_ID, RESOURCE_GROUP and WORKSPACE_NAME name")
    return WorkspaceId(*(value or "" for value in values.values()))


def _submitter(read: Read, identity: IdentitySettings) -> IdentitySettings:
    """A user-assigned identity of its own, or that of the other functions."""
    client_id = read("SUBMITTER_CLIENT_ID")
    if client_id is None:
        return identity
    return replace(identity, service_principal=None, managed_identity_client_id=client_id)


def _scheduled(read: Read, pipelines: Mapping[str, Pipeline]) -> Scheduled | None:
    name = read("SCHEDULED_PIPELINE")
    if not name:
        return None
    if name not in pipelines:
        raise SettingsError("SCHEDULED_PIPELINE is none of the names in SUBMITTABLE_PIPELINES: put one of them there")
    expression = read("PIPELINE_SCHEDULE")
    if not expression:
        raise SettingsError("PIPELINE_SCHEDULE not set: put there when SCHEDULED_PIPELINE is started, such as "
                            "0 0 6 * * *")
    content = _parameters(read("SCHEDULED_PARAMETERS") or "{}")
    try:
        submission = read_submission({"parameters": content}, name)
    except Refusal as exc:
        raise SettingsError(f"SCHEDULED_PARAMETERS: {exc.problems[0].field}: {exc.problems[0].message}") from exc
    return Scheduled(parse_schedule(expression), name, submission)


def _parameters(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as exc:
        raise SettingsError('SCHEDULED_PARAMETERS is no JSON: put an object there, such as {"param_batch_size": 50}'
                            ) from exc
