"""The workspace that the environment names, opened with the real azureml-core and azure-identity."""
import os

from azure.identity import ManagedIdentityCredential
from azureml.core import Workspace
from azureml.core.authentication import TokenAuthentication


def open_workspace() -> Workspace:
    credential = ManagedIdentityCredential()
    authentication = TokenAuthentication(lambda audience: credential.get_token(f"{audience}/.default").token)
    return Workspace(os.environ["SUBSCRIPTION_ID"], os.environ["RESOURCE_GROUP"], os.environ["WORKSPACE_NAME"],
                     auth=authentication)
