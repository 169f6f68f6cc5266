"""The scoring of a batch endpoint: files with one row of ten numbers a line, several files at a time."""
import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from model_file import load_model
from rows import COLUMNS

_model: Any = None


def init() -> None:
    """Called once in each process."""
    global _model
    _model = load_model()


def run(mini_batch: Sequence[str]) -> list[str]:
    """A line for each row: the file, the row's number, the prediction. A file that is wrong fails its mini-batch."""
    return [f"{Path(file).name},{number},{prediction}"
            for file in mini_batch for number, prediction in enumerate(_predict(Path(file)), 1)]


def _predict(file: Path) -> list[float]:
    with file.open(newline="", encoding="utf-8") as lines:
        rows = [[float(value) for value in row] for row in csv.reader(lines) if row]
    if any(len(row) != COLUMNS for row in rows):
        raise ValueError(f"{file.name}: a row has to be {COLUMNS} numbers")
    return [float(value) for value in _model.predict(rows)] if rows else []
