"""Where it is measured: a local Azure with a latency, and the subjects, which are pointed to it.

A subject starts as it does in Azure: tokens come by plain HTTP from its own machine, azureml-core has not to ask where
the clouds are, and finds no package that is not deployed.
"""
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import certifi

from local_azure.cloud import LocalAzure
from local_azure.options import Options
from local_azure.scenarios.models import Run, Workspace

from .measures import Round
from .processes import ROOT, Body, SubjectError, SubjectProcess
from .token_endpoint import TokenEndpoint

_RECORDS = "traces | where customDimensions.type == 'run_detail' | count"
_ONLY_TESTED_WITH = "azureml-pipeline-core"  # azureml-core loads what it brings
_SETTINGS = {"DELIVERY_TIMEOUT_SECONDS": "28",  # the most there can be, for the largest batches
             "RECORD_METRICS": ""}  # as usual in Azure


class Laboratory:
    """A context manager; inside it the local Azure answers, every request after the latency."""

    def __init__(self, folder: Path, workspace: Workspace, latency_seconds: float):
        self._folder, self._workspace, self._latency_seconds = folder, workspace, latency_seconds
        self._azure = LocalAzure(folder, workspace, Options(settings=_SETTINGS))
        self._tokens = TokenEndpoint(self._azure.traffic)

    def __enter__(self) -> "Laboratory":
        with ExitStack() as stack:
            stack.enter_context(self._azure)
            stack.enter_context(self._tokens)
            self._opened = stack.pop_all()
        self._azure.traffic.slow_down(self._latency_seconds)
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    @contextmanager
    def subject(self, name: str, first_event: dict, threads: int = 1) -> Iterator[SubjectProcess]:
        """A fresh process with a home folder of its own, so that the SDK's discovery cache is empty, which has recorded
        its first event. Raises SubjectError."""
        self._azure.store.clear()
        home = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self._folder))
        (home / ".azureml").mkdir()  # where azureml-core keeps that cache
        environment = {**self.environment(), "HOME": str(home), "AZUREML_AUTH_CONFIG_DIR": str(home)}
        with SubjectProcess(name, threads, environment, home / "log", first_event) as process:
            self._require_records(name, 1)
            yield process

    @contextmanager
    def no_latency(self) -> Iterator[None]:
        self._azure.traffic.slow_down(0)
        try:
            yield
        finally:
            self._azure.traffic.slow_down(self._latency_seconds)

    def record(self, subject: SubjectProcess, bodies: Sequence[Body], advance: Callable[[], None]) -> Round:
        """Has the subject record the bodies; `advance` is called for each.

        Raises SubjectError when one fails, or when there is not one record for each event.
        """
        self._azure.store.clear()
        before = self._azure.traffic.counts()
        found = subject.record(bodies, advance)
        requests = Counter(self._azure.traffic.counts())
        requests.subtract(before)
        self._require_records(subject.name, sum(len(body) if isinstance(body, list) else 1 for body in bodies))
        return replace(found, requests=+requests)

    def environment(self) -> dict[str, str]:
        """The settings of a function that works here, and what its SDKs need."""
        function = self._azure.function_environment()
        return {
            **function,
            **self._tokens.environment(),
            **dict.fromkeys(("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"), self._authorities(function["SSL_CERT_FILE"])),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, (self._hiding(_ONLY_TESTED_WITH), ROOT, ROOT / "src"))),
            "TMPDIR": str(self._folder),  # OpenCensus keeps there what it could not send
            "AZURE_CONFIG_DIR": str(self._folder),  # azureml-core keeps there which clouds there are, once it has asked
            "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "True",  # else it calls Microsoft
            "RUN_HISTORY_URL": f"{self._azure.endpoints.machine_learning}/history/v1.0{self._workspace.arm_id}"}

    def put(self, run: Run) -> None:
        """Replaces the run in the workspace that has its id."""
        self._azure.history.workspace(self._workspace.arm_id).put(run)

    def _require_records(self, name: str, count: int) -> None:
        [(found,)] = self._azure.store.query(_RECORDS).rows
        if found != count:
            raise SubjectError(f"{name} left {found} records of {count} events")

    def _hiding(self, distribution: str) -> Path:
        """A folder for the beginning of the path that has the distribution by name alone: the real one's entry points
        are not found behind it."""
        folder = self._folder / "hiding"
        (folder / f"{distribution.replace('-', '_')}-0.dist-info").mkdir(parents=True, exist_ok=True)
        return folder

    def _authorities(self, local_authority: str) -> str:
        """The file with the public authorities and the local one. As in Azure, every new connection reads them all;
        with the local one alone connections would be far too cheap."""
        file = self._folder / "authorities.pem"
        file.write_text(Path(certifi.where()).read_text() + Path(local_authority).read_text())
        return str(file)
