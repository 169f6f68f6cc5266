"""What goes from step to step, as files in the folders that the pipeline gives them.

MODEL_FOLDER/model.pkl       the model, by joblib; not there where none could be trained
MODEL_FOLDER/training.json   what it was trained with, and its metrics
VERDICT_FOLDER/verdict.json  how it compares, and by which rule
"""
import json
from collections.abc import Mapping
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
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / _TRAINING, asdict(training))
    return folder / _MODEL


def read_training(folder: Path) -> Training:
    return Training(**_read(folder / _TRAINING))


def write_verdict(folder: Path, verdict: Verdict, comparison: Comparison) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / _VERDICT, {"verdict": asdict(verdict), "comparison": asdict(comparison)})


def read_verdict(folder: Path) -> tuple[Verdict, Comparison]:
    read = _read(folder / _VERDICT)
    return Verdict(**read["verdict"]), Comparison(**read["comparison"])


def _write(file: Path, content: Mapping[str, Any]) -> None:
    file.write_text(json.dumps(content, indent=2), "utf-8")


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise SystemExit(f"{file} is missing: the step before this one writes it.") from None
