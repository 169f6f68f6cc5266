"""How long does redaction take for 1 MB of any pattern, and for a record?

Run with `python -m tests.benchmarks.redaction`. It prints both and ends with exit code 1 when a pattern takes longer
than a second and a half. The records differ in their ids: texts that were seen before are not looked at again.
"""
import argparse
import json
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from redaction.redactor import redact, redact_text
from tests.src.redaction.test_linear import PATTERNS

LIMIT_SECONDS = 1.5
CHARACTERS = 1_000_000
RECORD = Path(__file__).parents[1] / "data" / "run_details_step.json"

_TIMES = 5
_RECORDS = 20


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.redaction", description=__doc__)
    parser.parse_args()
    print(f"a record of {RECORD.stat().st_size} bytes{measure_record() * 1000:12.2f} ms")
    slowest = 0.0
    for pattern in PATTERNS:
        seconds = measure(pattern * (CHARACTERS // len(pattern)))
        slowest = max(slowest, seconds)
        print(f"{ascii(pattern):32}{seconds:10.2f} s{'  too slow' if seconds > LIMIT_SECONDS else ''}", flush=True)
    print(f"{'the slowest':32}{slowest:10.2f} s of {LIMIT_SECONDS}")
    return int(slowest > LIMIT_SECONDS)


def measure(text: str) -> float:
    start = time.perf_counter()
    redact_text(text)
    return time.perf_counter() - start


def measure_record() -> float:
    """The seconds for a record: the best of a few rounds, each over records that differ in all their ids."""
    details = RECORD.read_text("utf-8")
    rounds = []
    for _ in range(_TIMES):
        records = [_with_new_ids(json.loads(details)) for _ in range(_RECORDS)]
        start = time.perf_counter()
        for record in records:
            redact(record)
        rounds.append((time.perf_counter() - start) / _RECORDS)
    return min(rounds)


def _with_new_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_new_ids(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_new_ids(item) for item in value]
    if isinstance(value, str) and len(value) == 36 and value.count("-") == 4:
        return str(uuid.uuid4())
    return value


if __name__ == "__main__":
    sys.exit(main())
