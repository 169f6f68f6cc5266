"""What a model learns from: patients, ten measures each, and how far their diabetes had come a year later.

scikit-learn brings 442 of them (`load_diabetes`); a CSV file with the same columns can take their place.
"""
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.datasets import load_diabetes

SCIKIT_LEARN = "diabetes"
FEATURES = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
TARGET = "progression"


class PatientsError(ValueError):
    """The file is none with patients: what is wrong, and where."""


@dataclass(frozen=True, slots=True)
class Patients:
    """`features` has a row for each, in the order of FEATURES; `progression` a value for each."""

    features: np.ndarray
    progression: np.ndarray

    def __len__(self) -> int:
        return len(self.progression)


def read_patients(data_set: str) -> Patients:
    """scikit-learn's own by their name, others by the path of a CSV file with a header; it may have no rows.

    Raises PatientsError for other columns, for a value that is no number, and for what is no such file.
    """
    if data_set == SCIKIT_LEARN:
        return Patients(*load_diabetes(return_X_y=True))
    try:
        text = Path(data_set).read_text("utf-8-sig")  # some programs put a mark in front
    except OSError as exc:
        raise PatientsError(f"{data_set} cannot be read: {exc.strerror}. Give the path of a CSV file, or "
                            f"{SCIKIT_LEARN} for scikit-learn's own data.") from exc
    except UnicodeDecodeError as exc:
        raise PatientsError(f"{data_set} is no UTF-8, at its byte {exc.start}: save it as CSV in UTF-8.") from exc
    try:
        return _parse(data_set, text)
    except csv.Error as exc:
        raise PatientsError(f"{data_set} is no CSV file: {exc}.") from exc


def _parse(name: str, text: str) -> Patients:
    header, *rows = list(csv.reader(text.splitlines())) or [[]]
    if header != [*FEATURES, TARGET]:
        raise PatientsError(f"{name} has the columns {', '.join(header) or 'of an empty file'}; "
                            f"they have to be {', '.join((*FEATURES, TARGET))}.")
    values = np.array([_numbers(name, line, row) for line, row in enumerate(rows, 2)], dtype=float)
    values = values.reshape(-1, len(header))  # without rows too
    return Patients(values[:, :-1], values[:, -1])


def _numbers(name: str, line: int, row: list[str]) -> list[float]:
    if len(row) != len(FEATURES) + 1:
        raise PatientsError(f"{name}, line {line}: {len(row)} values instead of {len(FEATURES) + 1}.")
    try:
        numbers = [float(value) for value in row]
    except ValueError as exc:
        raise PatientsError(f"{name}, line {line}: {exc}.") from exc
    if not np.isfinite(numbers).all():
        raise PatientsError(f"{name}, line {line}: a value is not finite.")
    return numbers
