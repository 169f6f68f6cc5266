"""Which pipelines may be started, and under which names: the setting SUBMITTABLE_PIPELINES. Pure.

    nightly=published:11111111-…, scoring=endpoint:22222222-…@3, new-scoring=batch:scoring-endpoint@blue

A pipeline endpoint may name a version after `@`, a batch endpoint a deployment; without one, its default counts.
"""
import re
from collections.abc import Mapping
from dataclasses import dataclass

from azure_access.environment import quote
from azure_access.errors import SettingsError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")  # it is also the name of an experiment
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,254}")  # of an address
_CURE = "put name=published:ID, name=endpoint:ID@VERSION or name=batch:ENDPOINT@DEPLOYMENT there, separated by commas"


@dataclass(frozen=True, slots=True)
class PublishedPipeline:
    id: str


@dataclass(frozen=True, slots=True)
class PipelineEndpoint:
    id: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class BatchEndpoint:
    name: str
    deployment: str | None = None


Pipeline = PublishedPipeline | PipelineEndpoint | BatchEndpoint


def parse_pipelines(value: str) -> Mapping[str, Pipeline]:
    """By name. Raises SettingsError, which quotes the entry that is wrong and says why."""
    found: dict[str, Pipeline] = {}
    for entry in filter(None, map(str.strip, value.split(","))):
        name, pipeline = _parse(entry)
        if name in found:
            raise _wrong(entry, f"{name} stands there twice")
        found[name] = pipeline
    return found


def _parse(entry: str) -> tuple[str, Pipeline]:
    name, equals, rest = (part.strip() for part in entry.partition("="))
    kind, colon, target = (part.strip() for part in rest.partition(":"))
    first, at, second = (part.strip() for part in target.partition("@"))
    if not equals or not colon:
        raise _wrong(entry, "it has no = with a kind and a colon after it")
    if not _NAME.fullmatch(name):
        raise _wrong(entry, "a name is of letters, digits, _ and -")
    if at and (kind == "published" or not _PART.fullmatch(second)):
        raise _wrong(entry, "what follows the @ is no version and no deployment")
    if kind == "batch":
        if not _PART.fullmatch(first):
            raise _wrong(entry, "that is no name of a batch endpoint")
        return name, BatchEndpoint(first, second or None)
    if kind not in ("published", "endpoint"):
        raise _wrong(entry, "the kind is none of published, endpoint and batch")
    if not GUID.fullmatch(first):
        raise _wrong(entry, "the id is no GUID")
    return name, PublishedPipeline(first) if kind == "published" else PipelineEndpoint(first, second or None)


def _wrong(entry: str, why: str) -> SettingsError:
    return SettingsError(f"SUBMITTABLE_PIPELINES has {quote(entry)}, and {why}: {_CURE}")
