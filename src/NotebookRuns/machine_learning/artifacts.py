"""The files of a run: what it left is read, and what was done for it is claimed by one call alone."""
from datetime import datetime, timedelta
from urllib.parse import quote

from azure_access.answers import Fields
from azure_access.deadline import Deadline
from azure_access.errors import InFlightError
from azure_access.times import parse_time
from NotebookRuns.errors import NotThereError
from NotebookRuns.transport import Request

from .run_history import Run
from .services import Services

CLAIM_LASTS = timedelta(minutes=6)
"""Longer than a call may take: whoever held it then is gone."""
_ARTIFACTS = "artifact/v2.0{ws}/artifacts"


class Artifacts:
    """Safe to use from many threads; every call raises as `Transport.ask` does."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def read(self, run: Run, path: str, most_bytes: int, deadline: Deadline) -> bytes | None:
        """None where the run left no such file. Raises RefusedError where it is larger."""
        try:
            found = self._services.ask(Request(
                f"{path} of run {run.id}", "GET",
                f"{_ARTIFACTS}/contentinfo/ExperimentRun/{run.container}/{quote(path)}", {}), deadline)
            return self._services.blobs.ask(Request(
                f"{path} of run {run.id}", "GET", found.text("contentUri") or "", {}, most_bytes=most_bytes), deadline)
        except NotThereError:
            return None

    def claim(self, run: Run, what: str, now: datetime, deadline: Deadline) -> None:
        """Whoever returns is the only one to do it. An artifact is made that can be made once, and by its number a next
        one where the one who had it has not ended in its time. Raises InFlightError where another one has it."""
        for number in range(1, 1_000):
            path = f"notebook_runs/{what}_{number}.txt"
            if self._create(run, path, deadline):
                return
            if now - self._created(run, path, deadline) < CLAIM_LASTS:
                raise InFlightError(f"{what} of run {run.id}: another call is at it; the next one looks whether it "
                                    "was done")
        raise InFlightError(f"{what} of run {run.id}: it was tried too often")

    def _create(self, run: Run, path: str, deadline: Deadline) -> bool:
        answer = self._services.ask(Request(
            f"{path} of run {run.id}", "POST", f"{_ARTIFACTS}/batch/metadata/ExperimentRun/{run.container}", {},
            {"paths": [{"path": path}]}, repeatable=False), deadline)
        url = answer.text("artifactContentInformation", path, "contentUri")
        if url is None:
            return False
        self._services.blobs.ask(Request(f"{path} of run {run.id}", "PUT", url, {}, raw=b"done by the function app\n",
                                         headers={"x-ms-blob-type": "BlockBlob"}), deadline)
        return True

    def _created(self, run: Run, path: str, deadline: Deadline) -> datetime:
        listed = self._services.ask(Request(
            f"the files of run {run.id}", "GET", f"{_ARTIFACTS}/ExperimentRun/{run.container}", {}), deadline)
        times = [one.text("createdTime") for one in map(Fields, listed.list("value")) if one.text("path") == path]
        return parse_time(times[0] if times else None)
