"""Where Azure Machine Learning has put the model: model.pkl, however deep below the model's folder."""
import os
from pathlib import Path
from typing import Any

import joblib

MODEL_FOLDER = "AZUREML_MODEL_DIR"
_NAME = "model.pkl"


def named_model() -> dict[str, str]:
    """Name and version of the model, which are the end of its folder's path; nothing where several share the folder."""
    folder = Path(os.environ.get(MODEL_FOLDER, ""))
    return {"Model": folder.parent.name, "ModelVersion": folder.name} if folder.name.isdecimal() else {}


def load_model() -> Any:
    """Raises RuntimeError, saying why, where there is none or it cannot be read: the service does not start."""
    folder = os.environ.get(MODEL_FOLDER)
    if not folder:
        raise RuntimeError(f"{MODEL_FOLDER} is not set: it names the folder of the model.")
    found = sorted(Path(folder).rglob(_NAME))
    if len(found) != 1:
        raise RuntimeError(f"{folder} has {len(found)} files {_NAME}, not one: is it the model of this sample?")
    try:
        return joblib.load(found[0])
    except Exception as exc:  # whatever is in a file that is no model
        raise RuntimeError(f"{found[0]} cannot be loaded: {type(exc).__name__}: {exc}. Was it trained with the "
                           "versions of scoring/conda.yml?") from exc
