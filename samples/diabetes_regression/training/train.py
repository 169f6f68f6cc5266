"""The first step: trains a model and hands it on with its metrics.

    python train.py --model outputs/model [--data_set FILE.csv] [--alpha 0.4]

A data set without rows is no failure: no model is handed on, and the steps after this one say so.
"""
import argparse
from collections.abc import Sequence
from pathlib import Path

import joblib
from amounts import parse_amount
from handover import Training, write_training, writing
from patients import SCIKIT_LEARN, PatientsError, read_patients
from regression import train_model
from step_run import StepRun


def main(arguments: Sequence[str] | None = None) -> None:
    given = options().parse_args(arguments)
    try:
        patients = read_patients(given.data_set)
    except PatientsError as error:
        raise SystemExit(f"{error}") from error
    trained = train_model(patients, given.alpha)
    parameters = {"data_set": given.data_set, "alpha": f"{given.alpha:g}"}
    file = write_training(given.model, Training(parameters, trained.metrics if trained else None))
    if trained:
        with writing(file):
            joblib.dump(trained.model, file)
    StepRun.current().record(parameters, {"rows": len(patients), **(trained.metrics if trained else {})})


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data_set", default=SCIKIT_LEARN, help="scikit-learn's own, or the path of a CSV file")
    parser.add_argument("--alpha", type=parse_amount, default=0.4, help="how strongly large coefficients are held back")
    parser.add_argument("--model", type=Path, required=True, metavar="FOLDER", help="where the model is written to")
    return parser


if __name__ == "__main__":
    main()
