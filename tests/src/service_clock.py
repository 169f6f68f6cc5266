"""A service whose clock is not this machine's: each answer has its time, as those of Azure have."""
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from requests.structures import CaseInsensitiveDict


class ServiceClock:
    """The service's own, which is so much ahead of this machine's."""

    ahead = timedelta()

    def now(self):
        return datetime.now(UTC) + self.ahead


class Dated:
    """Connections over which each answer has that clock's time."""

    def __init__(self, connections, clock):
        self._connections, self._clock = connections, clock

    def send(self, *arguments):
        answer = self._connections.send(*arguments)
        date = format_datetime(self._clock.now(), usegmt=True)
        return replace(answer, headers=CaseInsensitiveDict({**answer.headers, "Date": date}))
