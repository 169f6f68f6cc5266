"""Where do the milliseconds of CPU go that a warm event takes?

Run with `PYTHONPATH=src .venv/bin/python -m tests.benchmarks.stages`. Each stage of an event's way is gone through by
itself, on events that it has not seen before, in one thread whose CPU time is taken: without the others that wait for
the same interpreter lock, and without the hand-overs between them. It prints the milliseconds of an event by stage;
what is indented is a part of what stands above it.
"""
import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from azure_access.connections.kept_connections import KeptConnections
from azure_access.credentials import credential
from azure_access.deadline import Deadline
from azure_access.tokens import TokenSource
from PipelineRunMonitor.events.parsing import RunEvent, parse
from PipelineRunMonitor.records import dimensions, message
from PipelineRunMonitor.records.record import Record, run_detail
from PipelineRunMonitor.runs.connection import limited
from PipelineRunMonitor.runs.opening import open_reader
from PipelineRunMonitor.runs.rest_services import RestServices
from PipelineRunMonitor.runs.snapshots import RunSnapshot
from PipelineRunMonitor.runs.workspace_runs import Experiment, WorkspaceRuns
from PipelineRunMonitor.settings import Settings
from PipelineRunMonitor.stores.opencensus_items import OpenCensusItems
from PipelineRunMonitor.stores.opening import open_sink
from redaction.redactor import redact

from . import workload
from .laboratory import Laboratory
from .workload import Pipelines, Workload, take

_EVENTS = 100  # of each stage
_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Stage:
    """What is done for an event; a part of the stage above it where it is `inner`."""

    what: str
    do: Callable[[RunEvent, RunSnapshot, Record], Any]
    inner: bool = False


def main() -> int:
    argparse.ArgumentParser(prog="python -m tests.benchmarks.stages", description=__doc__.split("\n")[0]).parse_args()
    work = workload.build(datetime.now(timezone.utc), Pipelines(400, 4), Pipelines(1, 1))
    with tempfile.TemporaryDirectory() as folder, Laboratory(Path(folder), work.workspace, 0) as place:
        os.environ |= {**place.environment(), "RUN_READER": "rest"}
        for stage, milliseconds in measure(work, _EVENTS):
            print(f"{'    ' * stage.inner + stage.what:50}{milliseconds:6.2f} ms", flush=True)
    return 0


def measure(work: Workload, count: int) -> Iterator[tuple[Stage, float]]:
    """Milliseconds of CPU by stage, on so many events each, in the environment of a laboratory."""
    settings = Settings.from_environment(os.environ)
    identity = credential(settings.identity)
    reader, sink = open_reader(settings, identity), open_sink(settings, identity)
    tokens = TokenSource(identity, f"{settings.identity.cloud.management_audience}/.default")
    services = RestServices(tokens, os.environ["RESOURCE_MANAGER_ENDPOINT"]).find(settings.workspaces[0])
    deadline = Deadline(_SECONDS)
    texts = (json.dumps(event) for event in take(work.unrelated, count * 10, "stages"))
    with limited(deadline):
        for stage in _stages(settings, WorkspaceRuns(services), services.history_url,
                             lambda record: sink.send([record], deadline), next(texts)):
            events = [parse(next(texts), settings.workspaces)[0] for _ in range(count)]
            snapshots = [reader.read(event, deadline) for event in events if isinstance(event, RunEvent)]
            yield stage, _milliseconds(stage, list(zip(events, snapshots, strict=True)))


def _milliseconds(stage: Stage, found: Sequence[tuple[Any, RunSnapshot]]) -> float:
    """The records are made of other snapshots than those that are measured, so that none of their texts is known."""
    record = run_detail(*found[0])
    stage.do(*found[0], record)
    started = time.thread_time()
    for event, snapshot in found[1:]:
        stage.do(event, snapshot, record)
    return (time.thread_time() - started) * 1000 / (len(found) - 1)


def _stages(settings: Settings, runs: WorkspaceRuns, history_url: str,
            send: Callable[[Record], Any], text: str) -> Iterator[Stage]:
    assert settings.ingestion
    connections, items = KeptConnections(1), OpenCensusItems(settings.ingestion)
    url = f"{history_url}/history/v1.0{settings.workspaces[0].arm_id}/runs"

    def read(event: RunEvent) -> None:
        runs.read_run(event.run_id)
        runs.read_parent(event.pipeline_run_id or event.run_id)
        runs.read_details(event.run_id, Experiment(event.experiment_id, None))
        runs.read_log_files(event.run_id, f"dcid.{event.run_id}")

    def get(event: RunEvent) -> None:
        for _ in range(4):
            connections.send("GET", f"{url}/{event.run_id}", {"Authorization": "Bearer any"}, None, _SECONDS)

    yield Stage("reading the event", lambda event, snapshot, record: parse(text, settings.workspaces))
    yield Stage("four reads", lambda event, snapshot, record: read(event))
    yield Stage("HTTP and TLS", lambda event, snapshot, record: get(event), inner=True)
    yield Stage("the record", lambda event, snapshot, record: run_detail(event, snapshot))
    yield Stage("dimensions, secrets taken out", lambda event, snapshot, record: dimensions.of(event, snapshot),
                inner=True)
    yield Stage("secrets of the details", lambda event, snapshot, record: redact(snapshot.details), inner=True)
    yield Stage("message", lambda event, snapshot, record: message.of(snapshot.details, 30_000), inner=True)
    yield Stage("the POST", lambda event, snapshot, record: send(record))
    yield Stage("two items and their JSON", lambda event, snapshot, record: json.dumps(
        _build(items, record), ensure_ascii=False), inner=True)


def _build(items: OpenCensusItems, record: Record) -> list[Any]:
    assert record.span
    return [items.build_trace(record), items.build_span(record.span, record.operation_id, datetime.now(timezone.utc))]


if __name__ == "__main__":
    sys.exit(main())
