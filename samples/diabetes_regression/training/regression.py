"""A ridge regression over patients, and what it is worth on those that it has not seen."""
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from patients import Patients
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import train_test_split

_FEWEST_PATIENTS = 10  # two of them are held back
_TEST_SHARE, _SEED = 0.2, 0  # the same patients are held back every time: models can be compared


@dataclass(frozen=True, slots=True)
class Trained:
    """`metrics` are of the patients held back; `prediction_…` is how the predictions for them are distributed, with
    which those of the service are compared."""

    model: Ridge
    metrics: Mapping[str, float]


def train_model(patients: Patients, alpha: float) -> Trained | None:
    """None where there are too few patients to learn from and to test with. Raises ValueError for a wrong alpha."""
    if len(patients) < _FEWEST_PATIENTS:
        return None
    features, unseen, progression, truth = train_test_split(
        patients.features, patients.progression, test_size=_TEST_SHARE, random_state=_SEED)
    model = Ridge(alpha=alpha).fit(features, progression)
    return Trained(model, _measure(truth, model.predict(unseen)))


def _measure(truth: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    low, high = np.percentile(predicted, [5, 95])
    return {"mse": float(mean_squared_error(truth, predicted)), "mae": float(mean_absolute_error(truth, predicted)),
            "r2": float(r2_score(truth, predicted)), "prediction_mean": float(predicted.mean()),
            "prediction_std": float(predicted.std()), "prediction_p05": float(low), "prediction_p95": float(high)}
