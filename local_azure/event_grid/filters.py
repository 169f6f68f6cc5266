"""Which events a subscription lets through, by the rules of "Understand event filtering for Event Grid subscriptions".

Every condition has to hold: the event type, the subject, and each advanced filter, of which one value is enough. What
that page leaves open is decided so that a filter that works here works there: a key is written as the event writes it,
only its first part in any case, as in the page's own `Data.Key1`; NumberNotInRange lets no event through that lacks the
key; a number is no text, not even as an attribute of a CloudEvent.
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local_azure.event_grid.operators import OPERATORS, Operator

MOST_FILTERS = 25
MOST_VALUES = 25
MOST_CHARACTERS = 512
ALL_EVENT_TYPES = "All"


@dataclass(frozen=True, slots=True)
class AdvancedFilter:
    """One condition on one key, such as `data.runStatus`. Raises ValueError for what Azure refuses."""

    operator: str
    key: str
    values: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        if self.operator not in OPERATORS:
            raise ValueError(f"{self.operator!r} is no operator: there are {', '.join(OPERATORS)}")
        if not self.key:
            raise ValueError(f"a filter {self.operator} needs a key")
        self._rule.check(self.operator, self.values)
        if any(isinstance(value, str) and len(value) > MOST_CHARACTERS for value in self.values):
            raise ValueError(f"a value of {self.key} has more than {MOST_CHARACTERS} characters")

    @classmethod
    def of_template(cls, declared: Mapping[str, Any]) -> "AdvancedFilter":
        """As a template has it: operators for one value have `value`, the others `values`."""
        values = declared.get("values", [declared["value"]] if "value" in declared else [])
        return cls(declared["operatorType"], declared.get("key", ""), tuple(
            tuple(value) if isinstance(value, list) else value for value in values))

    def lets_pass(self, body: Mapping[str, Any], filters_arrays: bool) -> bool:
        """An array fails unless it `filters_arrays`; in one, values of another type than the operator's are ignored."""
        found = _find(body, self.key.split("."))
        if isinstance(found, list) and self._rule.compares and not filters_arrays:
            return False
        return self._rule.holds(found, self.values)

    @property
    def _rule(self) -> Operator:
        return OPERATORS[self.operator]


@dataclass(frozen=True, slots=True)
class EventFilter:
    """No `included_event_types` means all of them. Raises ValueError for what Azure refuses."""

    included_event_types: frozenset[str] = frozenset()
    subject_begins_with: str = ""
    subject_ends_with: str = ""
    is_subject_case_sensitive: bool = False
    filters_arrays: bool = False
    advanced: tuple[AdvancedFilter, ...] = ()

    def __post_init__(self) -> None:
        if len(self.advanced) > MOST_FILTERS:
            raise ValueError(f"a subscription has {MOST_FILTERS} advanced filters at most, not {len(self.advanced)}")
        if (count := sum(len(one.values) for one in self.advanced)) > MOST_VALUES:
            raise ValueError(f"the filters of a subscription have {MOST_VALUES} values at most, not {count}")

    @classmethod
    def of_template(cls, declared: Mapping[str, Any]) -> "EventFilter":
        """The `filter` of an event subscription in a template."""
        types = frozenset(declared.get("includedEventTypes") or ())
        return cls(frozenset() if ALL_EVENT_TYPES in types else types,
                   declared.get("subjectBeginsWith") or "", declared.get("subjectEndsWith") or "",
                   bool(declared.get("isSubjectCaseSensitive")), bool(declared.get("enableAdvancedFilteringOnArrays")),
                   tuple(map(AdvancedFilter.of_template, declared.get("advancedFilters") or ())))

    def refusal(self, body: Mapping[str, Any]) -> str | None:
        """Which condition the event does not meet, in words; None where it passes. `body` is in either schema."""
        event_type = body.get("eventType", body.get("type"))
        if self.included_event_types and event_type not in self.included_event_types:
            return f"asks for {_short_names(self.included_event_types)} alone"
        subject, begins, ends = map(self._folded, (
            str(body.get("subject") or ""), self.subject_begins_with, self.subject_ends_with))
        if not subject.startswith(begins):
            return f"asks for subjects that begin with {self.subject_begins_with}"
        if not subject.endswith(ends):
            return f"asks for subjects that end with {self.subject_ends_with}"
        for one in self.advanced:
            if not one.lets_pass(body, self.filters_arrays):
                return f"has a filter {one.operator} for {one.key}, which is {_find(body, one.key.split('.'))!r}"
        return None

    def _folded(self, text: str) -> str:
        return text if self.is_subject_case_sensitive else text.casefold()


def _find(body: Mapping[str, Any], path: Sequence[str]) -> Any:
    """What is there; None for what is missing, which no operator tells from null. No key has a dot in it."""
    first = next((name for name in body if name.casefold() == path[0].casefold()), None)
    found = body.get(first) if first else None
    for name in path[1:]:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _short_names(event_types: frozenset[str]) -> str:
    return " and ".join(sorted(name.rpartition(".")[2] for name in event_types))
