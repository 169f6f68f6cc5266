"""Which deployment of an endpoint answers a request: by the shares of traffic, without chance.

Azure draws lots. Here ten requests of a split 90 to 10 are nine and one, so that whoever looks at few sees the shares.
"""
from collections.abc import Collection, Mapping
from typing import Any

from local_azure.machine_learning.errors import ServiceError


class TrafficSplit:
    """Smooth weighted round robin: each turn every deployment gains its share, and who has most pays for all."""

    def __init__(self) -> None:
        self.shares: dict[str, int] = {}
        self._gained: dict[str, int] = {}

    def set(self, shares: Mapping[str, int]) -> None:
        self.shares = dict(shares)
        self._gained = dict.fromkeys(shares, 0)

    def next(self) -> str | None:
        """None where no deployment has a share."""
        active = {name: share for name, share in self.shares.items() if share}
        if not active:
            return None
        for name, share in active.items():
            self._gained[name] += share
        chosen = max(active, key=lambda name: self._gained[name])
        self._gained[chosen] -= sum(active.values())
        return chosen


def check_shares(shares: Any, deployments: Collection[str], healthy: Collection[str]) -> dict[str, int]:
    """What a request wants the shares to be, in percent: of healthy deployments alone, 100 together or none. Raises
    ServiceError."""
    if not isinstance(shares, dict):
        raise ServiceError(400, "traffic has to be an object with a share for each deployment.")
    for name, share in shares.items():
        if name not in deployments:
            raise ServiceError(400, f"traffic names the deployment {name!r}, which the endpoint does not have.")
        if isinstance(share, bool) or not isinstance(share, int) or not 0 <= share <= 100:
            raise ServiceError(400, f"The traffic of {name!r} has to be a whole number from 0 to 100.")
        if share and name not in healthy:
            raise ServiceError(400, f"The deployment {name!r} is not healthy and takes no traffic.")
    if sum(shares.values()) not in (0, 100):
        raise ServiceError(400, f"The shares of traffic have to be 100 together, or 0, not {sum(shares.values())}.")
    return shares
