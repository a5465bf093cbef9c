"""The model under LitServe. `litserve_app.py PORT`."""

import os
import sys
from pathlib import Path
from typing import Any

import joblib
import litserve
import numpy as np


class Bench(litserve.LitAPI):
    """One worker that answers arrays. LitServe looks at the names of the parameters."""

    def setup(self, device: str) -> None:
        """Load the model in the worker."""
        self.model = joblib.load(Path(os.environ["MODELS"]) / "arrays.joblib")

    def decode_request(self, request: dict[str, Any]) -> np.ndarray:
        """The rows of a body."""
        return np.asarray(request["rows"])

    def predict(self, x: np.ndarray) -> np.ndarray:
        """A prediction for each row."""
        return self.model.predict(x)

    def encode_response(self, output: np.ndarray) -> dict[str, Any]:
        """The predictions as a body."""
        return {"predictions": output.tolist()}


if __name__ == "__main__":
    server = litserve.LitServer(Bench(), accelerator="cpu", workers_per_device=1)
    server.run(
        host="127.0.0.1", port=int(sys.argv[1]), num_api_servers=1, generate_client_file=False
    )
