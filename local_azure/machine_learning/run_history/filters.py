"""The part of OData's filter language that azureml-core writes when it asks for runs.

Comparisons such as `Status eq Failed`, `Tags/team eq "quality"` or `CreatedUtc ge 2026-01-01T00:00:00Z`, joined by `or`
in the innermost parentheses and by `and` outside of them.
"""
import re
from datetime import UTC, datetime
from typing import Any

# What runs are filtered by. A run that lacks one has null there.
_FIELDS = frozenset({"RunId", "RootRunId", "ParentRunId", "ExperimentId", "Status", "RunType", "Target", "Name",
                     "DisplayName", "CreatedUtc", "StartTimeUtc", "EndTimeUtc"})
_COMPARISON = re.compile(r"(?P<field>\S+) (?P<operator>eq|ne|ge) (?P<value>.+)")


class FilterError(ValueError):
    """The filter is none that azureml-core writes for runs."""


def matches(record: dict[str, Any], expression: str | None) -> bool:
    """Whether a run's record passes the filter; without a filter every record does. Raises FilterError."""
    terms = expression.split(" and ") if expression else []
    return all(any(_holds(record, comparison) for comparison in term.strip("()").split(" or ")) for term in terms)


def _holds(record: dict[str, Any], text: str) -> bool:
    comparison = _COMPARISON.fullmatch(text)
    if comparison is None:
        raise FilterError(f"Not a comparison: {text}")
    collection, _, name = comparison["field"].rpartition("/")
    if collection in ("Tags", "Properties"):
        values = record.get(collection.lower())
        # Neither equal nor unequal to anything, null included: in this way the SDK asks whether a run has a tag.
        if not isinstance(values, dict) or name not in values:
            return False
    elif comparison["field"] in _FIELDS:
        values, name = record, name[0].lower() + name[1:]
    else:
        raise FilterError(f"Not a field of a run: {comparison['field']}")
    found = values.get(name)
    if comparison["operator"] == "ge":
        return _is_not_before(found, _parse_time(comparison["value"]))
    expected = None if comparison["value"] == "null" else comparison["value"].strip('"')
    return bool(found == expected) == (comparison["operator"] == "eq")


def _is_not_before(found: Any, earliest: datetime) -> bool:
    try:
        return isinstance(found, str) and _parse_time(found) >= earliest
    except FilterError:  # the run's own time is none
        return False


def _parse_time(text: str) -> datetime:
    """Times without a zone are in UTC."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError as exc:
        raise FilterError(f"Not a time: {text}") from exc
    return time if time.tzinfo else time.replace(tzinfo=UTC)
