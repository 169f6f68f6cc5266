"""Signed URLs of log files in the workspace's storage account.

Nothing serves them. They are in the answers because Azure puts them there, and their made-up signatures are what a
monitor must not pass on.
"""
import base64
from urllib.parse import quote

from local_azure.scenarios.identifiers import identifier

_CONTAINER_URL = "https://samplews8207488120.blob.core.windows.net/azureml/ExperimentRun"


def signed_url(data_container_id: str, path: str) -> str:
    """The URL of one log file with a shared access signature, the same every time."""
    signature = base64.b64encode(f"made up {identifier(data_container_id, path)}".encode()).decode()
    return (f"{_CONTAINER_URL}/{data_container_id}/{path}"
            f"?sv=2019-07-07&sr=b&sig={quote(signature, safe='')}&sks=b&skv=2019-07-07&sp=r")
