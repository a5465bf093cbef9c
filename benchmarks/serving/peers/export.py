"""The project's trained model in the forms that the peers load, and the answers that are right.

`export.py MODEL TABLE ROWS FOLDER`: `rows.json` gets the first rows of the table, and the
prediction for each.
"""

import copy
import json
import sys
from pathlib import Path

import joblib
import mlflow.sklearn
import pandas as pd
from mlflow.models import infer_signature
from skops.io import get_untrusted_types, load


def main(model: str, table: str, rows: int, folder: Path) -> None:
    types = get_untrusted_types(file=model)
    estimator = load(model, trusted=types)
    features = pd.read_csv(table).drop(columns="y").head(rows)
    found = estimator.predict(features)
    mlflow.sklearn.save_model(
        estimator,
        folder / "mlflow",
        signature=infer_signature(features, found),
        pip_requirements=["scikit-learn"],
        skops_trusted_types=types,
    )
    joblib.dump(estimator, folder / "frames.joblib")
    joblib.dump(without_names(estimator), folder / "arrays.joblib")
    told = {
        "columns": list(features),
        "rows": features.to_numpy().tolist(),
        "predictions": found.tolist(),
    }
    (folder / "rows.json").write_text(json.dumps(told))


def without_names(estimator: object) -> object:
    """The same estimator, as if fitted on arrays: a peer that sends arrays is not warned."""
    found = copy.deepcopy(estimator)
    for part in [found, *(step for _, step in getattr(found, "steps", []))]:
        vars(part).pop("feature_names_in_", None)
    return found


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
