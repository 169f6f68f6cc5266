"""What changes in a run history: runs come to be, say more of themselves and move from status to status.

Every change of status publishes the event that Azure would. A run is replaced as a whole, so that whoever reads it sees
it before or after a change. All changes are made in the servers' event loop, one after the other.
"""
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from local_azure.identity.models import SYSTEM_ASSIGNED_CLIENT_ID, TENANT_ID
from local_azure.machine_learning.run_history.models import NotFoundError, WorkspaceHistory
from local_azure.scenarios.events import run_event
from local_azure.scenarios.identifiers import identifier
from local_azure.scenarios.models import Experiment, Run
from local_azure.scenarios.times import iso

NOT_STARTED, QUEUED, RUNNING, FINALIZING = "NotStarted", "Queued", "Running", "Finalizing"
CANCEL_REQUESTED, COMPLETED, FAILED, CANCELED = "CancelRequested", "Completed", "Failed", "Canceled"
ENDS = frozenset({COMPLETED, FAILED, CANCELED})

CREATOR = {"userObjectId": SYSTEM_ASSIGNED_CLIENT_ID, "userTenantId": TENANT_ID, "userName": "local"}
_MERGED = ("tags", "properties")
_FIXED = frozenset({"runId", "rootRunId", "experimentId", "runNumber", "createdUtc", "status", *_MERGED})
_OF_DETAILS = ("runId", "target", "status", "startTimeUtc", "endTimeUtc", "error", "properties", "tags")


class RunWriter:
    """`publish` takes an event in the Event Grid schema; `log_urls` answers with a run's log files by its container."""

    def __init__(self, publish: Callable[[dict[str, Any]], None],
                 log_urls: Callable[[str], Mapping[str, str]], now: Callable[[], datetime]):
        self._publish, self._log_urls, self.now = publish, log_urls, now

    def time(self) -> str:
        return iso(self.now())

    def experiment(self, history: WorkspaceHistory, name: str) -> Experiment:
        """The experiment of that name, which is made if there is none."""
        try:
            return history.experiment(name)
        except NotFoundError:
            created = Experiment(identifier(history.arm_id, "experiment", name), name, self.time())
            history.put_experiment(created)
            return created

    def create(self, history: WorkspaceHistory, experiment: Experiment, run_id: str, /, **fields: Any) -> Run:
        """A run that is new: `fields` are those of its record, a `definition` is what its details say it runs."""
        definition = fields.pop("definition", None)
        parent = history.run(fields["parentRunId"]) if fields.get("parentRunId") else None
        record = {
            "runNumber": history.count() + 1, "runId": run_id,
            "rootRunId": parent.record["rootRunId"] if parent else run_id, "parentRunId": None,
            "experimentId": experiment.id, "dataContainerId": f"dcid.{run_id}", "createdUtc": self.time(),
            "createdBy": CREATOR, "name": None, "displayName": None, "runType": None, "hidden": False,
            "status": NOT_STARTED, "target": None, "startTimeUtc": None, "endTimeUtc": None, "error": None,
            "tags": {}, "properties": {}, **{name: value for name, value in fields.items() if value is not None}}
        details = {"runDefinition": definition} if definition else {}
        return self._put(history, Run(record, details), is_new_status=True)

    def patch(self, history: WorkspaceHistory, run: Run, changes: Mapping[str, Any]) -> Run:
        """Tags and properties are merged, other fields replaced, and null changes nothing; the status stays."""
        merged = {name: {**(run.record.get(name) or {}), **(changes.get(name) or {})} for name in _MERGED}
        others = {name: value for name, value in changes.items() if name not in _FIXED and value is not None}
        return self._put(history, Run({**run.record, **others, **merged}, run.details))

    def remove_tags(self, history: WorkspaceHistory, run: Run, names: Iterable[str]) -> Run:
        left = {name: value for name, value in run.record["tags"].items() if name not in set(names)}
        return self._put(history, Run({**run.record, "tags": left}, run.details))

    def move(self, history: WorkspaceHistory, run_id: str, status: str, **fields: Any) -> Run:
        """To another status, unless it has ended; `fields` of its record change with it."""
        run = history.run(run_id)
        if run.record["status"] in ENDS or run.record["status"] == status:
            return run
        if status == RUNNING:
            fields = {"startTimeUtc": self.time(), **fields}
        if status in ENDS:
            fields = {"endTimeUtc": self.time(), **fields}
        return self._put(history, Run({**run.record, **fields, "status": status}, run.details), is_new_status=True)

    def _put(self, history: WorkspaceHistory, run: Run, is_new_status: bool = False) -> Run:
        record = run.record
        details = {name: record.get(name) for name in _OF_DETAILS if record.get(name) is not None}
        kept = {name: value for name, value in run.details.items() if name not in _OF_DETAILS}
        written = Run(record, {
            "inputDatasets": [], "outputDatasets": [], **kept, **details,
            "submittedBy": record["createdBy"]["userName"],
            "logFiles": self._log_urls(record["dataContainerId"])})
        history.put(written)
        if is_new_status:
            name = history.experiment(record["experimentId"]).name
            event = run_event(history.arm_id, name, record, self.time())
            self._publish(event | {"id": identifier(run.id, "event", record["status"])})
        return written
