"""The custom dimensions of traces that are columns of their own beside the JSON that they came in.

Those that the files of `queries` read, in the type that they read them in: a query then reads a column of numbers where
it would parse a document a row. Each column makes a record dearer to store, so what few queries read is together in
lists, and so are numbers. Steps that read all this are in kept_steps. Pure.
"""
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .fields import well_formed

TEXTS = (
    "type event_id workspace_name experiment_name run_id step_id parent_run_id root_run_id parent_run_name step_name"
    " node_id run_status run_url is_reused run_type step_type script target vm_size submitted_by error_code"
    " error_message failed_step_run_id failed_step_name parent_run_status is_orchestrating command"
    " monitor_threshold_breached").split()
RARE_TEXTS = {
    "machine": "vm_priority region compute_target_type",
    "labels": "tags metrics",
    "failure": ("record_version run_number failed_step_run_url failed_step_error_code failed_step_error_message"
                " error_fingerprint"),
    "code": ("git_branch git_commit run_source run_trigger docker_image snapshot_id status experimentName experimentId"
             " pipelinerunid subscriptions resourceGroup amlWorkSpace"),
    "service": "reason source Content resultCode duration success",
}
"""By the list that they are in: the engine reads a list as a whole, so each has what is read together."""
LONGS = ("run_number parent_run_number created_time_utc_ms start_time_utc_ms end_time_utc_ms execution_time_ms"
         " failed_step_count").split()
REALS = "created_time_utc_ms start_time_utc_ms end_time_utc_ms execution_time_ms queue_time_ms node_count".split()
TIMES = ["event_time"]

_SIGN = "$"  # begins no name that a query gives, unless somebody means to
_PLAIN_LONG = re.compile(r"-?[0-9]{1,18}")
_PLAIN_REAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")
_PLAIN_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?)\d*Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Unclear:
    """A text of which the engine alone knows what a function of Kusto makes of it."""

    function: str
    text: str


def column(name: str) -> str:
    """That of a dimension that has one of its own."""
    return f"{_SIGN}{name}"


def _long(text: str) -> int | Unclear:
    return int(text) if _PLAIN_LONG.fullmatch(text) else Unclear("tolong", well_formed(text))


def _real(text: str) -> float | Unclear:
    return float(text) if _PLAIN_REAL.fullmatch(text) else Unclear("toreal", well_formed(text))


def _time(text: str) -> datetime | Unclear:
    found = _PLAIN_TIME.fullmatch(text)
    try:
        return datetime.fromisoformat(found[1]) if found else Unclear("todatetime", well_formed(text))
    except ValueError:
        return Unclear("todatetime", well_formed(text))


@dataclass(frozen=True, slots=True)
class ListOf:
    """A column that has the values of several dimensions, as one function of Kusto reads them."""

    function: str
    names: Sequence[str]
    read: Callable[[str], Any]
    """Makes a value of the text."""


LISTS: dict[str, ListOf] = {
    **{column(of): ListOf("tostring", names.split(), well_formed) for of, names in RARE_TEXTS.items()},
    column("longs"): ListOf("tolong", LONGS, _long), column("reals"): ListOf("toreal", REALS, _real),
}
_LIST_KINDS = {"tostring": "strings", "tolong": "longs", "toreal": "reals"}
COLUMNS = {
    **{column(name): "string" for name in TEXTS}, **{column(name): "datetime" for name in TIMES},
    **{name: _LIST_KINDS[of.function] for name, of in LISTS.items()},
}
"""Kinds by column."""
FUNCTIONS = (*_LIST_KINDS, "todatetime")
_PLACES = {(of.function, name): f'"{list_column}"[{place}]'
           for list_column, of in LISTS.items() for place, name in enumerate(of.names, start=1)}


def reading(function: str, name: str) -> str | None:
    """The SQL of a dimension as a function of Kusto reads it; None where that is not kept."""
    if name in {"tostring": TEXTS, "todatetime": TIMES}.get(function, ()):
        return f'"{column(name)}"'
    value = _PLACES.get((function, name))
    return f"coalesce({value}, '')" if value and function == "tostring" else value


def are_named_in(sql: str) -> bool:
    """Whether a query has names such as those of the columns."""
    return f'"{_SIGN}' in sql


def values(dimensions: Mapping[str, str]) -> dict[str, Any]:
    """What the columns hold of a record with these dimensions; those left out are empty. Some values are Unclear."""
    found: dict[str, Any] = {column(name): dimensions[name] for name in TEXTS if name in dimensions}
    found |= {column(name): _time(dimensions[name]) for name in TIMES if name in dimensions}
    for name, of in LISTS.items():
        if not dimensions.keys().isdisjoint(of.names):
            found[name] = [of.read(dimensions[each]) if each in dimensions else None for each in of.names]
    return found
