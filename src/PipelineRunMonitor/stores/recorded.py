"""Which runs Application Insights has, asked through its query API ("Application Insights REST API")."""
from collections.abc import Sequence

import requests
from azure.core.credentials import TokenCredential
from azure.core.exceptions import ClientAuthenticationError

from azure_access.connections.sessions import open_session
from azure_access.errors import IdentityError, TelemetryError
from azure_access.tokens import in_one_line

from ..settings import Ingestion

_SECONDS = (5, 60)  # to connect, to answer
_QUERY = """traces
| where tostring(customDimensions.type) == 'run_detail' and tostring(customDimensions.amlWorkSpace) == {workspace}
| project run_id = tostring(customDimensions.run_id), status = tostring(customDimensions.run_status)
| where run_id in ({run_ids})
| distinct run_id, status"""


class ApplicationInsightsQueries:
    """Reads back what was recorded; the identity needs a role that may read the resource, Monitoring Reader for one."""

    def __init__(self, ingestion: Ingestion, credential: TokenCredential):
        self._url = f"{ingestion.api_endpoint}/v1/apps/{ingestion.application_id}/query"
        self._credential, self._scope = credential, ingestion.api_scope
        self._session = open_session()

    def find(self, workspace_name: str, run_ids: Sequence[str]) -> set[tuple[str, str]]:
        """Raises IdentityError and TelemetryError, in words for the person who runs this."""
        if not run_ids:
            return set()
        query = _QUERY.format(workspace=_literal(workspace_name), run_ids=", ".join(map(_literal, run_ids)))
        try:
            response = self._session.post(self._url, json={"query": query}, timeout=_SECONDS, headers={
                "Authorization": f"Bearer {self._credential.get_token(self._scope).token}"})
            return {(run_id, status) for run_id, status in self._rows(response)}
        except ClientAuthenticationError as exc:
            raise IdentityError(f"no token for Application Insights ({in_one_line(exc.message)})") from exc
        except (requests.RequestException, ValueError, LookupError, TypeError) as exc:
            raise TelemetryError(f"what is recorded could not be read from {self._url} ({type(exc).__name__}); "
                                 "check the network, and try again") from exc

    def _rows(self, response: requests.Response) -> Sequence[Sequence[str]]:
        if response.status_code in (401, 403):
            raise IdentityError(f"not allowed to read what is recorded (HTTP {response.status_code}): give the "
                                "identity the role Monitoring Reader on the Application Insights resource")
        if not response.ok:
            raise TelemetryError(f"what is recorded could not be read: HTTP {response.status_code}; check the "
                                 "ApplicationId of APP_INSIGHTS_CONNECTION_STRING, and try again")
        rows: Sequence[Sequence[str]] = response.json()["tables"][0]["rows"]
        return rows


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
