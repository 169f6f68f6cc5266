"""How the host takes messages: `extensions.serviceBus` in host.json ("host.json settings" of the Service Bus
bindings). `autoCompleteMessages` there is not heeded for Python, only in the decorator of a trigger."""
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DEFAULT_CALLS = 16 * (os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class ListenerSettings:
    """How many messages are with functions at once, how many more are held, and how long locks are renewed."""

    most_calls: int = DEFAULT_CALLS
    prefetched: int = 0
    renewal_seconds: float = 300


def read_settings(host_settings: Mapping[str, Any]) -> ListenerSettings:
    """Out of the content of host.json; what is not set has the host's default."""
    found = host_settings.get("extensions", {}).get("serviceBus", {})
    hours, minutes, seconds = map(float, str(found.get("maxAutoLockRenewalDuration", "00:05:00")).split(":"))
    return ListenerSettings(
        int(found.get("maxConcurrentCalls", DEFAULT_CALLS)), int(found.get("prefetchCount", 0)),
        (hours * 60 + minutes) * 60 + seconds)
