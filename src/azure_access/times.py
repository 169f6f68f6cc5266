"""Times as Azure writes them, ISO 8601 with up to seven fractional digits, and as records carry them, milliseconds."""
from datetime import datetime, timedelta, timezone

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def parse_time(value: object) -> datetime:
    """An ISO 8601 text as an aware UTC datetime; a time without an offset is UTC.

    Raises ValueError when the value is no such text.
    """
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no ISO 8601 time")
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=timezone.utc)
    try:
        return moment.astimezone(timezone.utc)
    except OverflowError as exc:
        raise ValueError(f"{value!r} is out of range") from exc


def to_milliseconds(moment: datetime) -> int:
    """Whole milliseconds since the epoch, cut off, not rounded: differences are then what the record shows."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)
