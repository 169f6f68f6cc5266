"""The arguments that say where runs are recorded, and the source that they name."""
import argparse
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from azure.core.credentials import AccessToken, TokenCredential
from azure.identity import AzureCliCredential, ChainedTokenCredential

from azure_access.credentials import credential
from azure_access.errors import MonitorError
from azure_access.identity_settings import IdentitySettings
from dashboard.sources.local_store import REFRESH_SECONDS, SAMPLE
from dashboard.sources.query_api import MOST_QUERY_SECONDS, Api, QueryApi
from dashboard.sources.record_file import RecordFile
from dashboard.sources.source import About, Source
from local_azure.endpoints import FOLDER, Endpoints, NotRunningError

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
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
    one.add_argument("--file", type=Path, metavar="FILE", help="that the function writes where RECORD_STORE is file")
    one.add_argument("--local", type=Path, nargs="?", const=FOLDER, metavar="FOLDER",
                     help="a local Azure that is running (default: that of `make up`)")
    parser.add_argument("--endpoint", metavar="URL", help="of the query API, where it is not the cloud's own")
    parser.add_argument("--refresh", type=partial(_parse_seconds, 3_600), default=60, metavar="SECONDS",
                        help="how often Azure is asked whether something was recorded (default: %(default)s)")
    parser.add_argument("--query-limit", type=partial(_parse_seconds, MOST_QUERY_SECONDS), default=180,
                        metavar="SECONDS", help="how long Azure may work at a query (default: %(default)s)")


def open_source(arguments: argparse.Namespace, environment: Mapping[str, str]) -> Source:
    """Raises OpeningError. Asks for nothing yet."""
    try:
        if arguments.file:
            return RecordFile(arguments.file)
        if arguments.app_id:
            return _application_insights(arguments, environment)
        return _local_azure(arguments.local or FOLDER, arguments.query_limit)
    except (MonitorError, NotRunningError) as exc:
        raise OpeningError(str(exc)) from exc


def _application_insights(arguments: argparse.Namespace, environment: Mapping[str, str]) -> Source:
    settings = IdentitySettings.from_environment(environment)
    endpoint = settings.cloud.query_endpoint
    name = f"Application Insights {arguments.app_id}"
    api = Api(f"{_endpoint(arguments, endpoint)}/v1/apps/{arguments.app_id}/query", f"{endpoint}/.default", name,
              "Monitoring Reader", authority=environment.get("REQUESTS_CA_BUNDLE"), query_seconds=arguments.query_limit)
    return QueryApi(api, _identity(settings, environment), About(name, _WHEN_EMPTY, arguments.refresh))


def _local_azure(folder: Path, query_seconds: int) -> Source:
    endpoints = Endpoints.load(folder)
    name = f"the local Azure in {folder}"
    api = Api(f"{endpoints.application_insights}/v1/apps/local/query", "local", name, "none",
              authority=endpoints.certificate_authority, query_seconds=query_seconds)
    return QueryApi(api, _Key(endpoints.query_key), About(name, SAMPLE, REFRESH_SECONDS))


def _endpoint(arguments: argparse.Namespace, usual: str) -> str:
    endpoint: str = arguments.endpoint or usual
    if not endpoint.startswith("https://"):
        raise OpeningError(f"--endpoint {endpoint} does not begin with https://: a token is sent there")
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


def _parse_seconds(most: int, text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 1 to {most}")
    return int(text)
