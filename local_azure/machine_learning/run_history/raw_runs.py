"""Runs that are there as JSON alone, as a run history answered it or the Studio shows it: served as they are."""
from collections.abc import Mapping
from typing import Any

from local_azure.scenarios.models import Run


def raw_run(run_id: str, raw: Mapping[str, Any]) -> Run:
    """The run of that id, whose record and details are both `raw`, unknown fields, nulls and odd types included.

    The Studio's "Raw JSON" is the details, where the time of creation is called `createdTimeUtc`; the record calls it
    `createdUtc`.
    """
    created = {"createdUtc": raw["createdTimeUtc"]} if "createdTimeUtc" in raw and "createdUtc" not in raw else {}
    return Run({**raw, **created}, dict(raw), _log_files(raw.get("logFiles")), known_as=run_id)


def _log_files(found: Any) -> tuple[str, ...]:
    return tuple(path for path in found if isinstance(path, str)) if isinstance(found, Mapping) else ()
