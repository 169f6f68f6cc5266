"""The settings of the function: the only reader of the environment.

Every name, its alternatives and its meaning stand in the table of docs/settings.md, which a test holds to `NAMES`.
"""
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from azure_access import identity_settings, workspace_settings
from azure_access.clouds import PUBLIC, Cloud
from azure_access.environment import Read, quote, read_seconds, reader
from azure_access.errors import SettingsError
from azure_access.identity_settings import IdentitySettings
from azure_access.workspace_settings import read_workspaces
from azure_access.workspaces import WorkspaceId

from . import otlp_settings, statuses
from .otlp_settings import Otlp

RECORDED_BY_DEFAULT = ",".join(statuses.ENDED)
DEFAULT_TIMEOUT_SECONDS, MOST_TIMEOUT_SECONDS = 25.0, 28.0
APPLICATION_INSIGHTS, OPENTELEMETRY, FILE, OTLP = STORES = ("application_insights", "opentelemetry", "file", "otlp")
DEFAULT_RECORD_FILE = "run_records.jsonl"
AZUREML, REST = RUN_READERS = ("azureml", "rest")

# The first name is the documented one; others come from the samples that this app replaces and from Azure's own SDKs.
NAMES = {
    **workspace_settings.NAMES,
    "APP_INSIGHTS_CONNECTION_STRING": ("APPINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_CONNECTION_STRING"),
    "APP_INSIGHTS_AUTHENTICATION": ("APPLICATIONINSIGHTS_AUTHENTICATION_STRING",),
    **identity_settings.NAMES,
    "RECORDED_STATUSES": (),
    "DELIVERY_TIMEOUT_SECONDS": (),
    "PIPELINE_RUN_TRACES": (),
    "RECORD_METRICS": (),
    "RUN_READER": (),
    "RECORD_STORE": (),
    "RECORD_FILE": (),
    **otlp_settings.NAMES,
    "RECONCILE": (),
    "APP_INSIGHTS_API_ENDPOINT": (),
}

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEY, ENTRA = "key", "entra"


@dataclass(frozen=True, slots=True)
class Ingestion:
    """Where records go: the parts of a connection string that count. Older ones have no application id, without which
    records cannot be read back through `api_endpoint`. `scope` is that of the token to send them with, None where the
    instrumentation key is enough, `api_scope` that of the token to read them back with."""

    instrumentation_key: str = field(repr=False)
    endpoint: str
    application_id: str | None = None
    api_endpoint: str = PUBLIC.query_endpoint
    scope: str | None = None
    api_scope: str = f"{PUBLIC.query_endpoint}/.default"


@dataclass(frozen=True, slots=True)
class Settings:
    """`ingestion` is None where records go elsewhere than to Application Insights, `otlp` where they go elsewhere than
    to an OpenTelemetry backend; without either they go to a file. `recorded_metrics` are names, `*` for all others;
    without any, metrics are not asked for."""

    workspaces: tuple[WorkspaceId, ...]
    ingestion: Ingestion | None
    otlp: Otlp | None
    identity: IdentitySettings
    recorded_statuses: frozenset[str]
    delivery_timeout_seconds: float
    sends_spans: bool
    recorded_metrics: tuple[str, ...]
    run_reader: str
    store: str
    record_file: Path
    reconciles: bool

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Raises SettingsError, which names the setting and says what to put there."""
        read = reader(environment, NAMES)
        store = _one_of(STORES, "RECORD_STORE", read)
        identity = IdentitySettings.from_environment(environment)
        return cls(
            workspaces=read_workspaces(environment),
            ingestion=_ingestion(read, identity.cloud) if store in (APPLICATION_INSIGHTS, OPENTELEMETRY) else None,
            otlp=Otlp.from_environment(environment) if store == OTLP else None,
            identity=identity,
            recorded_statuses=_statuses(read("RECORDED_STATUSES") or RECORDED_BY_DEFAULT),
            delivery_timeout_seconds=read_seconds(read, "DELIVERY_TIMEOUT_SECONDS", DEFAULT_TIMEOUT_SECONDS,
                                                  MOST_TIMEOUT_SECONDS, "; Event Grid itself waits 30"),
            sends_spans=_is_true("PIPELINE_RUN_TRACES", read("PIPELINE_RUN_TRACES") or "true"),
            recorded_metrics=_names(read("RECORD_METRICS") or ""),
            run_reader=_one_of(RUN_READERS, "RUN_READER", read),
            store=store,
            record_file=Path(read("RECORD_FILE") or DEFAULT_RECORD_FILE),
            reconciles=_is_true("RECONCILE", read("RECONCILE") or "false"))


def _ingestion(read: Read, cloud: Cloud) -> Ingestion:
    """The format is Microsoft's: "Connection strings in Application Insights"."""
    connection_string = read("APP_INSIGHTS_CONNECTION_STRING")
    api_endpoint = read("APP_INSIGHTS_API_ENDPOINT") or cloud.query_endpoint
    cure = ("put the connection string of the Application Insights resource there (its Overview page shows it): "
            "InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint=https://…")
    if not connection_string:
        raise SettingsError(f"APP_INSIGHTS_CONNECTION_STRING not set: {cure}")
    pairs = (part.partition("=") for part in connection_string.split(";"))
    parts = {name.strip().lower(): value.strip() for name, _, value in pairs}
    key = parts.get("instrumentationkey", "").lower()
    if not _GUID.fullmatch(key):
        raise SettingsError(f"APP_INSIGHTS_CONNECTION_STRING has no valid InstrumentationKey; {cure}")
    endpoint = parts.get("ingestionendpoint") or _regional_endpoint(parts) or cloud.ingestion_endpoint
    if not endpoint.startswith("https://"):
        raise SettingsError(f"APP_INSIGHTS_CONNECTION_STRING has an IngestionEndpoint without https://: {cure}")
    if not api_endpoint.startswith("https://"):
        raise SettingsError("APP_INSIGHTS_API_ENDPOINT does not begin with https://: remove it, or put the address of "
                            f"another cloud there instead of {cloud.query_endpoint}")
    return Ingestion(key, endpoint.rstrip("/"), parts.get("applicationid"), api_endpoint.rstrip("/"),
                     _scope(read("APP_INSIGHTS_AUTHENTICATION") or KEY,
                            parts.get("aadaudience") or cloud.ingestion_audience),
                     f"{cloud.query_endpoint}/.default")


def _scope(authentication: str, audience: str) -> str | None:
    """The host's own setting says `Authorization=AAD` ("Microsoft Entra authentication for Application Insights")."""
    folded = authentication.casefold()
    if folded == KEY:
        return None
    if folded == ENTRA or folded.startswith("authorization=aad"):
        return f"{audience.rstrip('/')}/.default"
    raise SettingsError(f"APP_INSIGHTS_AUTHENTICATION is {quote(authentication)}: put {KEY} or {ENTRA} there")


def _regional_endpoint(parts: Mapping[str, str]) -> str | None:
    suffix = parts.get("endpointsuffix")
    location = f"{parts['location']}." if parts.get("location") else ""
    return f"https://{location}dc.{suffix}" if suffix else None


def _names(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))


def _statuses(value: str) -> frozenset[str]:
    known = {status.casefold(): status for status in statuses.ALL}
    named = _names(value)
    unknown = [name for name in named if name.casefold() not in known]
    if unknown:
        raise SettingsError(f"RECORDED_STATUSES names {', '.join(map(quote, unknown))}, which is no run status: "
                            f"use some of {', '.join(statuses.ALL)}, separated by commas")
    return frozenset(known[name.casefold()] for name in named)


def _is_true(name: str, value: str) -> bool:
    if value.casefold() not in ("true", "false"):
        raise SettingsError(f"{name} is {quote(value)}: put true or false there")
    return value.casefold() == "true"


def _one_of(names: Sequence[str], name: str, read: Read) -> str:
    """The first is the default."""
    value = read(name) or names[0]
    if value.casefold() not in names:
        raise SettingsError(f"{name} is {quote(value)}: put one of {', '.join(names)} there")
    return value.casefold()
