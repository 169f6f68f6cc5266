"""The workspace that SUBSCRIPTION_ID, RESOURCE_GROUP and WORKSPACE_NAME name, opened as whoever is signed in: by
`az login`, as a service principal or as a managed identity."""
import functools
import os

from azure.identity import DefaultAzureCredential
from azureml.core import Workspace
from azureml.core.authentication import TokenAuthentication

_SETTINGS = ("SUBSCRIPTION_ID", "RESOURCE_GROUP", "WORKSPACE_NAME")


@functools.cache
def open_workspace() -> Workspace:
    """Opened once. Ends with what to do where a setting is missing."""
    if missing := [name for name in _SETTINGS if not os.environ.get(name)]:
        raise SystemExit(f"{', '.join(missing)} not set: by hand a step has to be told its workspace (.env.example).")
    credential = DefaultAzureCredential()
    authentication = TokenAuthentication(lambda audience: credential.get_token(f"{audience}/.default").token)
    return Workspace(*(os.environ[name] for name in _SETTINGS), auth=authentication)
