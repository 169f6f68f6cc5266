"""Prove that a batch deployment works: it has predicted a number for each row that it was given.

    python -m devops_pipelines.batch_predictions --rows FOLDER --predictions FOLDER

The rows are CSV files without a header; what was predicted is `predictions.csv`, as `az ml job download` brings it,
with a line `file,number of the row,prediction` for each row, in any order. Exit code 0 when all are there, 1 when not,
2 when the command cannot do what was asked.
"""
import argparse
import csv
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from .attempts import SmokeTestError
from .ending import ended
from .log_lines import log_line

PREDICTIONS = "predictions.csv"

Row = tuple[str, int]
"""The name of a file, and the number of a row in it, from 1."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parse(arguments)
    try:
        found = read_predictions(options.predictions)
        print(log_line(judge(found, list(rows_of(options.rows)))))
    except (SmokeTestError, OSError) as exc:
        print(log_line(f"batch_predictions: {exc}"), file=sys.stderr)
        return 2 if isinstance(exc, OSError) else 1
    return 0


def rows_of(folder: Path) -> Iterator[Row]:
    for file in sorted(folder.glob("*.csv")):
        with file.open(newline="", encoding="utf-8") as lines:
            yield from ((file.name, number) for number, _ in enumerate(filter(None, csv.reader(lines)), 1))


def read_predictions(folder: Path) -> list[tuple[Row, float]]:
    """Raises SmokeTestError where there is no such file, or a line of it is none of score_batch.py."""
    files = sorted(folder.rglob(PREDICTIONS))
    if len(files) != 1:
        raise SmokeTestError(f"the job has left {len(files)} files {PREDICTIONS}, not one")
    with files[0].open(newline="", encoding="utf-8", errors="replace") as lines:
        try:
            return [_prediction(line) for line in csv.reader(lines) if line]
        except csv.Error as exc:
            raise SmokeTestError(f"{files[0]} is no CSV file: {exc}") from exc


def _prediction(line: Sequence[str]) -> tuple[Row, float]:
    try:
        name, number, value = line
        return (name, int(number)), float(value)
    except ValueError as exc:
        raise SmokeTestError(f"{','.join(line)[:200]!r} is not file,number,prediction") from exc


def judge(found: Sequence[tuple[Row, float]], rows: Sequence[Row]) -> str:
    """Raises SmokeTestError where not each row has one prediction, which is a number."""
    if missing := sorted(set(rows) - {row for row, _ in found}):
        raise SmokeTestError(f"no prediction for {_named(missing)}")
    if strange := sorted(row for row, value in found if row not in rows or not math.isfinite(value)):
        raise SmokeTestError(f"a prediction that is no number, or of no row: {_named(strange)}")
    if len(found) != len(rows):
        raise SmokeTestError(f"{len(found)} predictions for {len(rows)} rows")
    return f"passed: {len(rows)} rows have predictions, {', '.join(f'{value:.6g}' for _, value in found[:5])}"


def _named(rows: Sequence[Row]) -> str:
    return ", ".join(f"row {number} of {name}" for name, number in rows[:5])


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devops_pipelines.batch_predictions", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, required=True, metavar="FOLDER", help="what the job was given")
    parser.add_argument("--predictions", type=Path, required=True, metavar="FOLDER", help="what it has left")
    options = parser.parse_args(arguments)
    try:
        if not list(rows_of(options.rows)):
            parser.error(f"{options.rows} has no rows")
    except (OSError, ValueError, csv.Error) as exc:
        parser.error(f"the rows of {options.rows} cannot be read: {exc}")
    return options


if __name__ == "__main__":
    sys.exit(ended("batch_predictions", main))
