"""How fast is the function, next to the one that is written first and to what no function can beat?

Run with `make bench`. On the local Azure with 30 ms added to every request it measures the `columns`, each in processes
of its own and in turns: the naive function, ours, and the limit, which is one bare GET and one bare POST. It shows its
progress, prints the figures with their ratios and the targets, keeps the figures as JSON, and ends with exit code 1
when a target is missed or an event was not recorded.
"""
import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path

from rich.console import Console

from local_azure.commands.publishing import show_progress

from . import report, workload
from .figures import collect, to_json
from .laboratory import Laboratory
from .processes import SubjectError
from .sections import FULL, QUICK, THREADS, Plan, Results, Sections
from .targets import judge

LATENCY_SECONDS = 0.03  # of every request
_OUTPUT = Path(".local_azure") / "bench.json"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parse(arguments)
    console = Console(highlight=False)
    try:
        results = measure(QUICK if options.quick else FULL, console)
    except SubjectError as exc:
        print(f"bench: {exc}", file=sys.stderr)
        return 1
    return conclude(results, options.output, console)


def measure(plan: Plan, console: Console) -> Results:
    """Raises SubjectError."""
    work = workload.build(datetime.now(timezone.utc), plan.ended, plan.running)
    with tempfile.TemporaryDirectory() as folder, Laboratory(Path(folder), work.workspace, LATENCY_SECONDS) as place:
        with show_progress(console) as progress:
            return Sections(place, work, plan, progress).run()


def conclude(results: Results, output: Path, console: Console) -> int:
    """Prints the tables and writes the JSON; returns the exit code."""
    figures = collect(results)
    targets = judge(figures, results.growth)
    for table in (report.format_figures(figures), report.format_routes(results), report.format_growth(results.growth),
                  report.format_targets(targets)):
        console.print(f"\n{table}", soft_wrap=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    content = {**to_json(figures, results.growth), "targets": [asdict(target) for target in targets],
               "conditions": _conditions()}
    output.write_text(json.dumps(content, indent=2) + "\n")
    console.print(f"\nwritten to {output}", soft_wrap=True)
    missed = [target.what for target in targets if not target.is_met]
    if missed:
        console.print(f"NOT met: {'; '.join(missed)}", soft_wrap=True)
    return 1 if missed else 0


def _conditions() -> dict:
    return {"latency_ms": LATENCY_SECONDS * 1000, "threads": THREADS, "python": platform.python_version(),
            "processors": os.cpu_count()}


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bench", description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true",
                        help="far fewer events: one minute instead of eight, and rougher figures")
    parser.add_argument("--output", type=Path, default=_OUTPUT, metavar="FILE",
                        help="where the figures go as JSON (default: %(default)s)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
