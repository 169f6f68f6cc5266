"""The custom dimensions of traces that are columns of their own beside the JSON that they came in.

Those that the files of `queries` read, in the type that they read them in: a query then reads a column of numbers where
it would parse a document a row. Each column makes a record dearer to store, so what few queries read is together in a
list, and so are numbers. Steps that read all this are in kept_steps. Pure.
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
RARE_TEXTS = (
    "reason record_version run_number compute_target_type docker_image"
    " snapshot_id git_branch git_commit error_fingerprint failed_step_run_url failed_step_error_code"
    " failed_step_error_message vm_priority region status experimentName experimentId pipelinerunid"
    " subscriptions resourceGroup amlWorkSpace metrics tags run_source source Content resultCode"
    " duration success run_trigger").split()
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


LISTS: dict[str, tuple[str, Sequence[str], Callable[[str], Any]]] = {
    "tostring": (column("texts"), RARE_TEXTS, well_formed),
    "tolong": (column("longs"), LONGS, _long),
    "toreal": (column("reals"), REALS, _real),
}
"""By the function that reads it: a list's column, whose values it has, and what these are made by."""

COLUMNS = {
    **{column(name): "string" for name in TEXTS}, **{column(name): "datetime" for name in TIMES},
    column("texts"): "strings", column("longs"): "longs", column("reals"): "reals",
}
"""Kinds by column."""
FUNCTIONS = (*LISTS, "todatetime")


def reading(function: str, name: str) -> str | None:
    """The SQL of a dimension as a function of Kusto reads it; None where that is not kept."""
    if name in {"tostring": TEXTS, "todatetime": TIMES}.get(function, ()):
        return f'"{column(name)}"'
    of_list, names, _ = LISTS.get(function, ("", (), str))
    if name not in names:
        return None
    value = f'"{of_list}"[{names.index(name) + 1}]'
    return f"coalesce({value}, '')" if function == "tostring" else value


def are_named_in(sql: str) -> bool:
    """Whether a query has names such as those of the columns."""
    return f'"{_SIGN}' in sql


def values(dimensions: Mapping[str, str]) -> dict[str, Any]:
    """What the columns hold of a record with these dimensions; those left out are empty. Some values are Unclear."""
    found: dict[str, Any] = {column(name): dimensions[name] for name in TEXTS if name in dimensions}
    found |= {column(name): _time(dimensions[name]) for name in TIMES if name in dimensions}
    for of_list, names, read in LISTS.values():
        if not dimensions.keys().isdisjoint(names):
            found[of_list] = [read(dimensions[name]) if name in dimensions else None for name in names]
    return found
