"""The arguments that say where runs are recorded, and the source that they name."""
import argparse
import re
import ssl
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from azure.core.credentials import AccessToken, TokenCredential
from azure.identity import AzureCliCredential, ChainedTokenCredential

from azure_access.credentials import credential
from azure_access.errors import MonitorError
from azure_access.identity_settings import IdentitySettings
from dashboard.sources.components import ResourceManager, find_app_id
from dashboard.sources.local_store import REFRESH_SECONDS, SAMPLE
from dashboard.sources.query_api import MOST_QUERY_SECONDS, Api, QueryApi
from dashboard.sources.record_file import RecordFile
from dashboard.sources.source import About, Source, SourceError
from local_azure.application_insights.workspace_names import column_before, translate
from local_azure.endpoints import FOLDER, Endpoints, NotRunningError

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_COMPONENT = re.compile("/subscriptions/{0}/resourceGroups/{0}/providers/microsoft.insights/components/{0}".format(
    "[^/?#]+"), re.IGNORECASE)
_NEVER = 2**33  # seconds since the epoch
_AZ_SECONDS = 20
_WHEN_EMPTY = ("Where pipelines have ended since the function was deployed, find out what became of their events:",
               ".venv/bin/python -m devops_pipelines.smoke_test --help")


class OpeningError(Exception):
    """The source that was named cannot be one; the text says why and what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--app-id", type=_parse_guid, metavar="ID",
                     help="of an Application Insights: API Access in the portal has it, and the connection string")
    one.add_argument("--resource-id", type=_parse_resource_id, metavar="ID",
                     help="of an Application Insights, as JSON View in the portal has it: its app id is looked up")
    one.add_argument("--workspace-id", type=_parse_guid, metavar="ID",
                     help="of a Log Analytics workspace that an Application Insights writes to")
    one.add_argument("--file", type=Path, metavar="FILE", help="that the function writes where RECORD_STORE is file")
    one.add_argument("--local", type=Path, nargs="?", const=FOLDER, metavar="FOLDER",
                     help="a local Azure that is running (default: that of `make up`)")
    parser.add_argument("--endpoint", metavar="URL", help="of the query API, where it is not the cloud's own")
    parser.add_argument("--resource-manager", metavar="URL", help="for --resource-id, where it is not the cloud's own")
    parser.add_argument("--refresh", type=partial(_parse_seconds, 3_600), default=60, metavar="SECONDS",
                        help="how often Azure is asked whether something was recorded (default: %(default)s)")
    parser.add_argument("--query-limit", type=partial(_parse_seconds, MOST_QUERY_SECONDS), default=180,
                        metavar="SECONDS", help="how long Azure may work at a query (default: %(default)s)")


def open_source(arguments: argparse.Namespace, environment: Mapping[str, str]) -> Source:
    """Asks for nothing yet, but for the app id of a resource id. Raises OpeningError."""
    try:
        if arguments.file:
            return RecordFile(arguments.file)
        if arguments.app_id or arguments.resource_id or arguments.workspace_id:
            return _azure(arguments, environment, IdentitySettings.from_environment(environment))
        return _local_azure(arguments.local or FOLDER, arguments.query_limit)
    except (MonitorError, NotRunningError, SourceError) as exc:
        raise OpeningError(str(exc)) from exc


def _azure(arguments: argparse.Namespace, environment: Mapping[str, str], settings: IdentitySettings) -> Source:
    authority = _certificates(environment)
    identity, cloud = _identity(settings, environment), settings.cloud
    if arguments.workspace_id:
        endpoint = _https(arguments.endpoint, cloud.log_analytics_endpoint)
        name = f"the Log Analytics workspace {arguments.workspace_id}"
        api = Api(f"{endpoint}/v1/workspaces/{arguments.workspace_id}/query",
                  f"{cloud.log_analytics_audience}/.default", name, "Log Analytics Reader", authority,
                  arguments.query_limit, translate, column_before)
        return QueryApi(api, identity, About(name, _WHEN_EMPTY, arguments.refresh))
    app_id, name = arguments.app_id, f"Application Insights {arguments.app_id}"
    if arguments.resource_id:
        manager = ResourceManager(_https(arguments.resource_manager, cloud.resource_manager),
                                  f"{cloud.management_audience}/.default", authority)
        app_id = find_app_id(arguments.resource_id, manager, identity)
        name = f"Application Insights {arguments.resource_id.rpartition('/')[2]}"
    endpoint = _https(arguments.endpoint, cloud.query_endpoint)
    api = Api(f"{endpoint}/v1/apps/{app_id}/query", f"{cloud.query_endpoint}/.default", name,
              "Monitoring Reader", authority=authority, query_seconds=arguments.query_limit)
    return QueryApi(api, identity, About(name, _WHEN_EMPTY, arguments.refresh))


def _local_azure(folder: Path, query_seconds: int) -> Source:
    endpoints = Endpoints.load(folder)
    name = f"the local Azure in {folder}"
    api = Api(f"{endpoints.application_insights}/v1/apps/local/query", "local", name, "none",
              authority=endpoints.certificate_authority, query_seconds=query_seconds)
    return QueryApi(api, _Key(endpoints.query_key), About(name, SAMPLE, REFRESH_SECONDS))


def _certificates(environment: Mapping[str, str]) -> str | None:
    """The file of certificates to trust instead of the usual ones. Those that are named for others are read as well, or
    a request would be the first to find that they cannot be."""
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        try:
            ssl.create_default_context(cafile=environment.get(name) or None)
        except OSError as exc:  # as the errors of TLS are
            raise OpeningError(f"{name} is {environment[name]!r}, where no certificates can be read "
                               f"({exc.strerror or exc}): name a file of certificates in PEM, or unset it") from exc
    return environment.get("REQUESTS_CA_BUNDLE") or None


def _https(given: str | None, usual: str) -> str:
    endpoint = given or usual
    if not endpoint.startswith("https://"):
        raise OpeningError(f"{endpoint} does not begin with https://: a token is sent there")
    return endpoint.rstrip("/")


def _identity(settings: IdentitySettings, environment: Mapping[str, str]) -> TokenCredential:
    """On a desk `az login` first of all: an identity of the machine, if it has one, is somebody else."""
    of_function = credential(settings)
    if settings.service_principal or environment.get("IDENTITY_ENDPOINT"):
        return of_function
    return ChainedTokenCredential(AzureCliCredential(process_timeout=_AZ_SECONDS), of_function)


class _Key:
    """The local Azure's query key in the place of a token."""

    def __init__(self, key: str) -> None:
        self._token = AccessToken(key, _NEVER)

    def get_token(self, *scopes: str, **_: object) -> AccessToken:
        return self._token


def _parse_guid(text: str) -> str:
    if not _GUID.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no id such as 12345678-1234-1234-1234-123456789abc")
    return text


def _parse_resource_id(text: str) -> str:
    if not _COMPONENT.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no id such as /subscriptions/…/resourceGroups/…/providers/"
                                         "microsoft.insights/components/NAME")
    return text


def _parse_seconds(most: int, text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 1 to {most}")
    return int(text)
