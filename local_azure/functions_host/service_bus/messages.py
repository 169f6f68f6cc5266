"""A message as the host has taken it from its queue."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local_azure.service_bus.headers import read_time
from local_azure.service_bus.models import PropertyValue


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A locked message: `broker` has the service's properties by the names of the REST API, `location` is the URL by
    which it is settled."""

    body: bytes
    broker: Mapping[str, Any]
    properties: Mapping[str, PropertyValue]
    content_type: str
    location: str

    @property
    def locked_until(self) -> datetime:
        return read_time(self.broker["LockedUntilUtc"])
