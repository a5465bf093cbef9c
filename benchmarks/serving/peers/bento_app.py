"""The model under BentoML, as its documentation shows scikit-learn."""

import os
from pathlib import Path

import bentoml
import joblib
import numpy as np


@bentoml.service(workers=1)
class Bench:
    """One worker that answers arrays."""

    def __init__(self) -> None:
        self.model = joblib.load(Path(os.environ["MODELS"]) / "arrays.joblib")

    @bentoml.api
    def predict(self, rows: np.ndarray) -> np.ndarray:
        """A prediction for each row."""
        return self.model.predict(rows)
