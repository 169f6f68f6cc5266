"""An organisation: its repositories, plans and test runs, and who may ask for them."""
import base64
import binascii
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from local_azure.clock import Clock
from local_azure.devops.plans import Plans
from local_azure.devops.repositories import Repositories
from local_azure.devops.runs import TestRuns
from local_azure.identity.models import bearer_token

RESOURCE = "499b84ac-1321-427f-aa17-267ca6975798"
"""What a token of Microsoft Entra ID must be for: Azure DevOps as an application."""


@dataclass(frozen=True, slots=True)
class Organization:
    """`personal_token` is a personal access token that opens everything; `is_valid` says whether a token of Microsoft
    Entra ID is for Azure DevOps."""

    repositories: Repositories
    personal_token: str
    is_valid: Callable[[str], bool]
    clock: Clock
    plans: Plans = field(default_factory=Plans)
    runs: TestRuns = field(default_factory=TestRuns)

    @classmethod
    def of(cls, folders: Mapping[str, Path], personal_token: str, is_valid: Callable[[str], bool],
           clock: Clock) -> "Organization":
        return cls(Repositories(folders), personal_token, is_valid, clock, runs=TestRuns(clock.now))

    def allows(self, authorization: str | None) -> bool:
        """The token of a person, a task or an identity, as Bearer or as the password of Basic."""
        token = bearer_token(authorization) or _password(authorization)
        return token is not None and (
            hmac.compare_digest(token.encode(), self.personal_token.encode())
            or self.plans.has_token(token, self.clock.now()) or self.is_valid(token))


def _password(authorization: str | None) -> str | None:
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2] or None
    except (binascii.Error, ValueError):
        return None
