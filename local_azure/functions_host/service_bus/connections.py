"""Where a namespace is and how its receivers prove who they are, as the settings of a connection say.

A trigger's `connection` names a setting with a connection string, or, followed by two underscores, those of an
identity: `fullyQualifiedNamespace`, `credential`, `clientId` ("Identity-based connections").
"""
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from local_azure.service_bus.authorization import RESOURCE, shared_access_signature

_SIGNATURE_SECONDS = 3_600


class ConnectionSettingError(ValueError):
    """The settings name no namespace."""


@dataclass(frozen=True, slots=True)
class Connection:
    """The URL of a namespace, without a slash at the end, and what makes the `Authorization` header of a request to a
    URL in it, for which it may have to ask for a token first."""

    url: str
    authorize: Callable[[str], str]


def read_connection(name: str, settings: Mapping[str, str]) -> Connection:
    """Raises ConnectionSettingError, with the host's text where nothing is set."""
    if text := settings.get(name):
        return _with_key(name, text)
    if namespace := settings.get(f"{name}__fullyQualifiedNamespace"):
        return _with_identity(namespace, settings.get(f"{name}__credential", ""), settings.get(f"{name}__clientId"))
    raise ConnectionSettingError(f"Service Bus connection '{name}' does not exist. Make sure that it is a defined App "
                                 "Setting.")


def _with_key(name: str, text: str) -> Connection:
    parts = {key.strip().lower(): value.strip() for key, _, value in (part.partition("=") for part in text.split(";"))}
    try:
        endpoint, key_name, key = (parts[part] for part in ("endpoint", "sharedaccesskeyname", "sharedaccesskey"))
    except KeyError as exc:
        raise ConnectionSettingError(f"the connection string in {name} lacks {exc}") from exc

    def sign(url: str) -> str:
        return shared_access_signature(url, key_name, key, int(time.time()) + _SIGNATURE_SECONDS)

    return Connection("https://" + endpoint.partition("://")[2].rstrip("/"), sign)


def _with_identity(namespace: str, kind: str, client_id: str | None) -> Connection:
    from azure.identity import DefaultAzureCredential, ManagedIdentityCredential  # half a second that keys do not need

    credential = (ManagedIdentityCredential(client_id=client_id) if kind.lower() == "managedidentity"
                  else DefaultAzureCredential(managed_identity_client_id=client_id))
    return Connection(f"https://{namespace}", lambda _: f"Bearer {credential.get_token(f'{RESOURCE}/.default').token}")
