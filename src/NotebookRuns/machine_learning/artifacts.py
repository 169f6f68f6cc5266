"""The files of a run: what it left is read, and what is to be done for it is claimed by one call alone."""
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import quote

from azure_access.answers import Fields
from azure_access.deadline import Deadline
from azure_access.errors import InFlightError, MonitorError
from NotebookRuns.errors import NotThereError
from NotebookRuns.transport import Request, Told

from .run_history import Run
from .services import Services

CLAIM_LASTS = timedelta(minutes=6)
"""Longer than a call may take: whoever held it then is gone."""
_ARTIFACTS, _FOLDER = "artifact/v2.0{ws}/artifacts", "notebook_runs"
_MOST_CLAIMS = 10_000
_CONTENT = b"The function app notes here what it has done for this run, so that it is done once.\n"
_log = logging.getLogger(__name__)


class Artifacts:
    """Safe to use from many threads; every call raises as `Transport.ask` does."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def read(self, run: Run, path: str, most_bytes: int, deadline: Deadline) -> bytes | None:
        """None where the run left no such file. Raises RefusedError where it is larger."""
        what = f"{path} of run {run.id}"
        try:
            found = self._services.ask(Request(
                what, "GET", f"{_ARTIFACTS}/contentinfo/ExperimentRun/{run.container}/{quote(path)}", {}), deadline)
            return self._services.blobs.ask(
                Request(what, "GET", found.text("contentUri") or "", {}, most_bytes=most_bytes), deadline)
        except NotThereError:
            return None

    @contextmanager
    def claimed(self, run: Run, what: str, deadline: Deadline) -> Iterator[bool]:
        """Inside, no other call does it; whether none has begun it before. A claim is an artifact, which can be made
        once; the next one has the next number, where whoever had the last one has given it up or is gone. Raises
        InFlightError where another has it."""
        number, claim = self._claim(run, f"{_FOLDER}/{what}", deadline)
        try:
            yield number == 1
        except Exception:
            try:
                self._create(run, _given_up(claim), deadline)
            except MonitorError as exc:
                _log.warning("the claim is kept for %s: %s", CLAIM_LASTS, exc)
            raise

    def check_free(self, run: Run, what: str, deadline: Deadline) -> None:
        """Raises InFlightError where another call has the claim now."""
        name = f"{_FOLDER}/{what}"
        known = self._list(run, deadline)
        if any(_is_held(f"{name}_{number}.txt", known) for number in range(1, len(known) + 1)):
            raise _in_flight(run, name)

    def _claim(self, run: Run, name: str, deadline: Deadline) -> tuple[int, str]:
        known: dict[str, timedelta] = {}
        for number in range(1, _MOST_CLAIMS):
            claim = f"{name}_{number}.txt"
            if _given_up(claim) in known:
                continue
            if self._create(run, claim, deadline):
                return number, claim
            known = self._list(run, deadline)
            if _is_held(claim, {claim: timedelta(), **known}):
                break
        raise _in_flight(run, name)

    def _create(self, run: Run, path: str, deadline: Deadline) -> bool:
        """Whether it was this call that made it."""
        what = f"{path} of run {run.id}"
        answer = self._services.ask(Request(
            what, "POST", f"{_ARTIFACTS}/batch/metadata/ExperimentRun/{run.container}", {},
            {"paths": [{"path": path}]}, repeatable=False), deadline)
        url = answer.text("artifactContentInformation", path, "contentUri")
        if url is None:
            return False
        try:
            self._services.blobs.ask(Request(what, "PUT", url, {}, raw=_CONTENT,
                                             headers={"x-ms-blob-type": "BlockBlob"}), deadline)
        except MonitorError as exc:  # what makes it this call's is its name
            _log.info("it stays empty: %s", exc)
        return True

    def _list(self, run: Run, deadline: Deadline) -> dict[str, timedelta]:
        """How old each of the run's files is, by the service's own clock: whoever looks may have another. One whose
        time is not told is left out."""
        files = [(told.fields.text("path"), told.fields.time("createdTime"), told.time)
                 for told in self._list_files(run, deadline)]
        return {path: time - created for path, created, time in files if path and created}

    def _list_files(self, run: Run, deadline: Deadline) -> Iterator[Told]:
        token: str | None = None
        while True:
            page = self._services.ask_told(Request(
                f"the files of run {run.id}", "GET", f"{_ARTIFACTS}/ExperimentRun/{run.container}",
                {"continuationToken": token} if token else {}), deadline)
            yield from (Told(Fields(one), page.time) for one in page.fields.list("value"))
            token = page.fields.text("continuationToken")
            if not token:
                return


def _in_flight(run: Run, name: str) -> InFlightError:
    return InFlightError(f"{name} of run {run.id}: another call is at it")


def _is_held(claim: str, ages: Mapping[str, timedelta]) -> bool:
    """By a call that has not given it up, and has not gone."""
    return _given_up(claim) not in ages and ages.get(claim, CLAIM_LASTS) < CLAIM_LASTS


def _given_up(claim: str) -> str:
    return claim.replace(".txt", "_given_up.txt")
