"""The tokens with which a run's own process calls the workspace: JWTs, which azureml-core reads the expiry of."""
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

from local_azure.identity.models import SYSTEM_ASSIGNED_CLIENT_ID, TENANT_ID
from local_azure.machine_learning.run_history.models import WorkspaceHistory
from local_azure.scenarios.times import iso

LIFETIME = timedelta(hours=1)
_NAME = "azureml"  # who issues it, and for whom


@dataclass(frozen=True, slots=True)
class RunToken:
    value: str
    expiry_utc: str


class RunTokens:

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)):
        self._now, self._key = now, secrets.token_bytes(32)

    def issue(self, run_id: str, history: WorkspaceHistory) -> RunToken:
        expiry = self._now() + LIFETIME
        claims = {"role": "Contributor", "scope": history.arm_id, "workspaceId": history.workspace_id, "runId": run_id,
                  "tid": TENANT_ID, "oid": SYSTEM_ASSIGNED_CLIENT_ID, "iss": _NAME, "aud": _NAME,
                  "exp": int(expiry.timestamp())}
        return RunToken(jwt.encode(claims, self._key, "HS256"), iso(expiry))

    def is_valid(self, token: str) -> bool:
        try:
            jwt.decode(token, self._key, ["HS256"], audience=_NAME)
        except jwt.InvalidTokenError:
            return False
        return True
