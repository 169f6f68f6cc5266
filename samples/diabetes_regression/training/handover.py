"""What goes from step to step, as files in the folders that the pipeline gives them.

MODEL_FOLDER/model.pkl       the model, by joblib; not there where none could be trained
MODEL_FOLDER/training.json   what it was trained with, and its metrics
VERDICT_FOLDER/verdict.json  how it compares, and by which rule
"""
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from comparison import Comparison, Verdict

_MODEL, _TRAINING, _VERDICT = "model.pkl", "training.json", "verdict.json"


@dataclass(frozen=True, slots=True)
class Training:
    """`metrics` are None where no model could be trained."""

    parameters: Mapping[str, str]
    metrics: Mapping[str, float] | None


def write_training(folder: Path, training: Training) -> Path:
    """Makes the folder, and says where in it the model belongs."""
    _write(folder / _TRAINING, asdict(training))
    return folder / _MODEL


def read_training(folder: Path) -> Training:
    with _reading(folder / _TRAINING) as read:
        return Training(dict(read["parameters"]), _numbers(read["metrics"]))


def write_verdict(folder: Path, verdict: Verdict, comparison: Comparison) -> None:
    _write(folder / _VERDICT, {"verdict": asdict(verdict), "comparison": asdict(comparison)})


def read_verdict(folder: Path) -> tuple[Verdict, Comparison]:
    with _reading(folder / _VERDICT) as read:
        return Verdict(**read["verdict"]), Comparison(**read["comparison"])


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """Ends the step with what is wrong where the file cannot be written."""
    try:
        yield
    except OSError as exc:
        raise SystemExit(f"{file} cannot be written: {exc.strerror or exc}.") from exc


def _write(file: Path, content: Mapping[str, Any]) -> None:
    with writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content, indent=2), "utf-8")


@contextmanager
def _reading(file: Path) -> Iterator[Any]:
    """Ends the step with what is wrong where the file is none of the step before."""
    try:
        yield json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise SystemExit(f"{file} is missing: the step before this one writes it.") from None
    except OSError as exc:
        raise SystemExit(f"{file} cannot be read: {exc.strerror or exc}.") from exc
    except (ValueError, LookupError, TypeError, RecursionError) as exc:
        raise SystemExit(f"{file} is damaged, or of another version of the step before this one: run that again "
                         f"({exc}).") from exc


def _numbers(metrics: Mapping[str, float] | None) -> dict[str, float] | None:
    return None if metrics is None else {name: float(value) for name, value in dict(metrics).items()}
