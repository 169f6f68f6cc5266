"""Resource Manager and the services of one workspace at the wire, over HTTPS: it starts runs, finds them by their tags,
and fails as it is told to. What it answers is what the real packages were seen to get.
"""
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from azure_access.workspaces import WorkspaceId

WORKSPACE = WorkspaceId("sub", "group", "ws")
PIPELINE_ID, ENDPOINT_ID = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"


@dataclass
class WorkspaceDouble:
    """`faults` are answers to the next requests that start a run, each with whether a run is started nonetheless; a
    fault without an answer breaks the connection. `refusal` is the answer to everything, `cancel_refusal` that to who
    cancels a run. What is `held`, a part of paths, is done, but answered only once it may `go_on`. `pipeline` is what
    differs of the published one, None where it is gone."""

    url: str = ""
    workspace: WorkspaceId = WORKSPACE
    runs: list[dict[str, Any]] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    canceled: list[str] = field(default_factory=list)
    faults: list[tuple[Response | None, bool]] = field(default_factory=list)
    refusal: Response | None = None
    cancel_refusal: Response | None = None
    held: str | None = None
    go_on: threading.Event = field(default_factory=threading.Event)
    schedules: dict[str, dict[str, Any]] = field(default_factory=dict)
    job_schedules: dict[str, dict[str, Any]] = field(default_factory=dict)
    pipeline: dict[str, Any] | None = field(default_factory=dict)
    endpoint: dict[str, Any] = field(default_factory=dict)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    before_start: Callable[[], None] = lambda: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def routes(self) -> list[Route]:
        return [Route("/{path:path}", self._answer, methods=["GET", "POST", "PUT", "DELETE"])]

    def add_run(self, experiment: str, tags: dict[str, str], age: timedelta = timedelta()) -> str:
        with self.lock:
            run_id = f"run-{len(self.runs) + 1}"
            self.runs.append({"runId": run_id, "experiment": experiment, "tags": tags,
                              "createdUtc": (self.now() - age + timedelta(seconds=len(self.runs))).isoformat()})
        return run_id

    @property
    def started(self) -> list[tuple[str, dict[str, str], Any]]:
        """Path, headers and body of the requests that start a run."""
        return [(path, headers, body) for method, path, headers, body in self.requests
                if method == "POST" and ("Submit" in path or path.endswith("/jobs"))]

    async def _answer(self, request: Request) -> Response:
        text = await request.body()
        body = json.loads(text) if text else None
        is_start = "Submit" in request.url.path
        path = f"{request.url.path}?{request.url.query}".rstrip("?") if is_start else request.url.path
        self.requests.append((request.method, path, dict(request.headers), body))
        if self.refusal is not None:
            return self.refusal
        answer = self._route(request, path, body)
        if self.held and self.held in path:
            await run_in_threadpool(self.go_on.wait)
        return answer

    def _route(self, request: Request, path: str, body: Any) -> Response:
        if path == self.workspace.arm_id:
            return JSONResponse({"properties": {"discoveryUrl": f"{self.url}/discovery"}})
        if path == f"{self.workspace.arm_id}/batchEndpoints/scoring":
            return JSONResponse({"properties": {"scoringUri": f"{self.url}/batch/jobs"}})
        if path.endswith(f"/Pipelines/{PIPELINE_ID}") and self.pipeline is not None:
            return JSONResponse({"Id": PIPELINE_ID, "EntityStatus": "0", "ParameterAssignments": {"size": "20"},
                                 **self.pipeline})
        if path.endswith(f"/PipelineEndpoints/Id/{ENDPOINT_ID}"):
            return JSONResponse({"Id": ENDPOINT_ID, "EntityStatus": "0", "DefaultVersion": "1", "PipelineVersionList": [
                {"Version": "1", "PipelineId": PIPELINE_ID}], **self.endpoint})
        if "PipelineSubmit" in path or "PipelineEndpointSubmit" in path or path.endswith("/jobs"):
            return self._start(request, body)
        if found := re.search(r"/experiments/(.+)/runs:query$", path):
            return self._find(found[1], body)
        if "/schedules" in path.lower() or "/PipelineRuns/Schedule/" in path:
            return self._keep_schedules(request.method, path, body)
        if found := re.search(r"/PipelineRuns/(.+)/Execution$", path):
            if self.cancel_refusal is None:
                self.canceled.append(found[1])
                self.runs = [run | ({"status": "CancelRequested"} if run["runId"] == found[1] else {})
                             for run in self.runs]
            return self.cancel_refusal or Response(status_code=200)
        return JSONResponse({"error": {"message": "not found"}}, 404)

    def _keep_schedules(self, method: str, path: str, body: Any) -> Response:
        kept = self.schedules if "/pipelines/" in path else self.job_schedules
        name = path.rpartition("/")[2]
        if path.endswith("/Last"):
            last = kept.get(path.split("/")[-2], {}).get("last")
            return JSONResponse({"Id": last}) if last else Response(status_code=404)
        if name == "Create":
            name = f"00000000-0000-0000-0000-{len(kept):012}"
            kept[name] = {"Id": name, "EntityStatus": "0", "ProvisioningStatus": "0", **body}
        elif name.lower() == "schedules":
            return JSONResponse(list(kept.values()) if kept is self.schedules else {"value": list(kept.values())})
        elif method == "PUT":
            kept[name] = body if kept is self.schedules else {"name": name, **body}
        elif name not in kept:
            return JSONResponse({"error": {"message": "not found"}}, 404)
        elif method == "DELETE":
            return JSONResponse(kept.pop(name))
        return JSONResponse(kept[name])

    def _start(self, request: Request, body: Any) -> Response:
        answer, is_started = self.faults.pop(0) if self.faults else (None, True)
        has_fault = len(self.faults) or answer is not None or not is_started
        self.before_start()
        run_id = self.add_run(body.get("ExperimentName", "batch"), body.get("Tags", {})) if is_started else ""
        if answer is not None:
            return answer
        if has_fault:
            request.scope["connection"].abort()
        return JSONResponse({"Id": run_id, "name": run_id})

    def _find(self, experiment: str, body: Any) -> Response:
        name, value = re.fullmatch(r'\(Tags/(\w+) eq "(\w+)"\)', body["filter"]).groups()
        in_experiment = [run for run in self.runs if run["experiment"] == experiment]
        if not in_experiment:
            return JSONResponse({"error": {"message": "Experiment not found"}}, 404)
        return JSONResponse({"value": [run for run in in_experiment if run["tags"].get(name) == value]})
