"""Times as the run history writes them: ISO 8601, UTC, with microseconds and a Z."""
import json
import re
from datetime import date, datetime, timedelta
from typing import Any

# In signed URLs the colon is percent-encoded.
_DATE_OF_A_TIME = re.compile(r"\d{4}-\d\d-\d\d(?=T\d\d(?::|%3A)\d\d)")


def iso(time: datetime) -> str:
    """The text of a time in UTC."""
    return f"{time:%Y-%m-%dT%H:%M:%S.%fZ}"


def move(value: Any, days: int) -> Any:
    """A copy of the JSON `value` with every time in it `days` later. Times of day and durations stay as they are."""
    def later(match: re.Match[str]) -> str:
        return str(date.fromisoformat(match[0]) + timedelta(days=days))
    return json.loads(_DATE_OF_A_TIME.sub(later, json.dumps(value)))
