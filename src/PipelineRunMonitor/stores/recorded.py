"""Which runs Application Insights has, asked through its query API ("Application Insights REST API")."""
import json
from collections.abc import Sequence

from azure.core.credentials import TokenCredential
from azure.core.exceptions import ClientAuthenticationError

from azure_access.connections.kept_connections import KeptConnections
from azure_access.connections.limits import Limits
from azure_access.connections.parsing import Response
from azure_access.errors import IdentityError, TelemetryError
from azure_access.tokens import in_one_line

from ..settings import Ingestion

_SECONDS, _LIMITS = 60.0, Limits(connecting_seconds=5.0)
_QUERY = """traces
| where tostring(customDimensions.type) == 'run_detail' and tostring(customDimensions.amlWorkSpace) =~ {workspace}
| project run_id = tostring(customDimensions.run_id), status = tostring(customDimensions.run_status)
| where run_id in ({run_ids})
| distinct run_id, status"""


class ApplicationInsightsQueries:
    """Reads back what was recorded; the identity needs a role that may read the resource, Monitoring Reader for one."""

    def __init__(self, ingestion: Ingestion, credential: TokenCredential):
        self._url = f"{ingestion.api_endpoint}/v1/apps/{ingestion.application_id}/query"
        self._credential, self._scope = credential, ingestion.api_scope
        self._connections = KeptConnections(1)

    def find(self, workspace_name: str, run_ids: Sequence[str]) -> set[tuple[str, str]]:
        """Raises IdentityError and TelemetryError, in words for the person who runs this."""
        if not run_ids:
            return set()
        query = _QUERY.format(workspace=_literal(workspace_name), run_ids=", ".join(map(_literal, run_ids)))
        try:
            headers = {"Authorization": f"Bearer {self._credential.get_token(self._scope).token}",
                       "Content-Type": "application/json"}
            response = self._connections.send(
                "POST", self._url, headers, json.dumps({"query": query}).encode(), _SECONDS, _LIMITS)
            return {(run_id, status) for run_id, status in self._rows(response)}
        except ClientAuthenticationError as exc:
            raise IdentityError(f"no token for Application Insights ({in_one_line(exc.message)})") from exc
        except (OSError, ValueError, LookupError, TypeError) as exc:
            raise TelemetryError(f"what is recorded could not be read from {self._url} ({type(exc).__name__}); "
                                 "check the network, and try again") from exc

    def _rows(self, response: Response) -> Sequence[Sequence[str]]:
        if response.status_code in (401, 403):
            raise IdentityError(f"not allowed to read what is recorded (HTTP {response.status_code}): give the "
                                "identity the role Monitoring Reader on the Application Insights resource")
        if response.status_code != 200:
            raise TelemetryError(f"what is recorded could not be read: HTTP {response.status_code}; check the "
                                 "ApplicationId of APP_INSIGHTS_CONNECTION_STRING, and try again")
        rows: Sequence[Sequence[str]] = json.loads(response.body)["tables"][0]["rows"]
        return rows


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
