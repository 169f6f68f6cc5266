"""The workspace that the environment names, opened with the real azureml-core and azure-identity.

For programs that run in a process of their own, as the SDK reads where its cloud is when it is imported.
"""
import os

from azure.identity import ManagedIdentityCredential
from azureml.core import Workspace
from azureml.core.authentication import TokenAuthentication


def open_workspace(name: str | None = None) -> Workspace:
    credential = ManagedIdentityCredential()
    authentication = TokenAuthentication(lambda audience: credential.get_token(f"{audience}/.default").token)
    return Workspace(os.environ["SUBSCRIPTION_ID"], os.environ["RESOURCE_GROUP"],
                     name or os.environ["WORKSPACE_NAME"], auth=authentication)


def message_of(call) -> str:
    try:
        call()
    except Exception as error:
        return str(error)
    raise AssertionError("no error")
