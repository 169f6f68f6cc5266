"""One subject of the benchmark in a process of its own, so that its CPU time and its memory are its alone.

Usage: python -m tests.benchmarks.subject MODULE THREADS

It prints `{"ready": true}` when it has imported the module. Then each of its threads takes a line from standard
input, the JSON of an event or of a batch, records it, and prints what that took in milliseconds and the CPU seconds of
the process so far, `{"latency_ms": …, "cpu_seconds": …}`, or `{"error": …}`; and so on until the input ends. Whatever
the SDKs print goes to standard error.
"""
import importlib
import json
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TextIO

_reading, _writing = threading.Lock(), threading.Lock()


def main(module: str, threads: int) -> None:
    answers, sys.stdout = sys.stdout, sys.stderr
    record = importlib.import_module(module).main
    _answer(answers, ready=True)
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(threads):
            pool.submit(_work, record, answers)


def _work(record: Callable[[str], None], answers: TextIO) -> None:
    while text := _read_line():
        started = time.perf_counter()
        try:
            record(text)
        except Exception as exc:
            traceback.print_exc()
            _answer(answers, error=f"{type(exc).__name__}: {exc}")
        else:
            latency_ms = (time.perf_counter() - started) * 1000
            _answer(answers, latency_ms=latency_ms, cpu_seconds=time.process_time())


def _read_line() -> str:
    with _reading:
        return sys.stdin.readline()


def _answer(answers: TextIO, **answer: object) -> None:
    with _writing:
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
