"""The processes of the subjects, seen from the benchmark."""
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from .columns import COLUMNS
from .measures import ColdStart, Round, Size

ROOT = Path(__file__).parents[2]
Body = dict | list[dict]
"""An event, or a batch of events."""

_LOG_LINES = 20


class SubjectError(Exception):
    """A subject did not record its events as it should; the message says which subject, and what happened."""


class SubjectProcess:
    """The program `subject` for the column of that name, running; a context manager, which ends it.

    Its first event waits for it while it comes up, and `cold_start` is what that took.
    """

    def __init__(self, name: str, threads: int, environment: dict[str, str], log: Path, first_event: dict):
        self.name, self._log = name, log
        self._command = [sys.executable, "-m", "tests.benchmarks.subject", COLUMNS[name].module, str(threads)]
        self._environment = {**environment, **COLUMNS[name].environment}
        self._first_event = first_event

    def __enter__(self) -> "SubjectProcess":
        """Raises SubjectError when the first event fails."""
        started = time.perf_counter()
        with self._log.open("w") as errors:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=errors, text=True)
        try:
            self.cold_start = self._start(started)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._writer.join()
        self._process.communicate()

    def record(self, bodies: Sequence[Body], advance: Callable[[], None]) -> Round:
        """Hands the bodies over as fast as they are taken; `advance` is called for each. Raises SubjectError."""
        cpu_started, started = self._cpu_seconds, time.perf_counter()
        self._hand_over(bodies)
        latencies_ms = []
        for _ in bodies:
            latencies_ms.append(self._read_latency_ms())
            advance()
        return Round(tuple(latencies_ms), time.perf_counter() - started, self._cpu_seconds - cpu_started)

    def size(self) -> Size:
        process = psutil.Process(self._process.pid)
        return Size(process.memory_info().rss / 1e6, process.num_threads())

    def _start(self, started: float) -> ColdStart:
        self._cpu_seconds = 0.0
        self._hand_over([self._first_event])
        self._read()
        ready = time.perf_counter()
        self._read_latency_ms()
        return ColdStart(ready - started, time.perf_counter() - started)

    def _hand_over(self, bodies: Sequence[Body]) -> None:
        texts = [json.dumps(body) for body in bodies]
        self._writer = threading.Thread(target=self._write, args=(texts,), name=f"to {self.name}")
        self._writer.start()

    def _write(self, texts: Sequence[str]) -> None:
        with suppress(BrokenPipeError):  # the process has ended: whoever reads from it finds out
            for text in texts:
                print(text, file=self._process.stdin, flush=True)

    def _read_latency_ms(self) -> float:
        answer = self._read()
        self._cpu_seconds = max(self._cpu_seconds, answer["cpu_seconds"])
        return answer["latency_ms"]

    def _read(self) -> dict:
        line = self._process.stdout.readline()
        answer = json.loads(line) if line else {"error": "its process ended"}
        if "error" in answer:
            log = "\n".join(self._log.read_text().splitlines()[-_LOG_LINES:])
            raise SubjectError(f"{self.name} failed: {answer['error']}\n{log}")
        return answer
