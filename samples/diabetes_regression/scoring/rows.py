"""The rows that a request asks about: `{"data": [[ten numbers], …]}`."""
import json
from typing import Any

COLUMNS = 10
MOST_ROWS = 10_000
MOST_VALUE = 1e100  # what is larger has no prediction that is a number


class RequestError(ValueError):
    """The caller has to change something; the message says what."""


def read_rows(text: str) -> list[list[float]]:
    """Raises RequestError for what is no JSON or has another shape."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise RequestError(f"The body is no JSON: {exc}.") from exc
    rows = body.get("data") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not rows:
        raise RequestError('The body has to be {"data": [[…], …]} with at least one row.')
    if len(rows) > MOST_ROWS:
        raise RequestError(f"{len(rows)} rows are too many: send {MOST_ROWS} at most, or use the batch endpoint.")
    return [_numbers(index, row) for index, row in enumerate(rows)]


def _numbers(index: int, row: Any) -> list[float]:
    if not isinstance(row, list) or len(row) != COLUMNS:
        raise RequestError(f"Row {index} has to be {COLUMNS} numbers.")
    for value in row:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= MOST_VALUE:
            raise RequestError(f"Row {index} has a value that is no finite number, or too large a one.")
    return [float(value) for value in row]
