"""Reads what a project's MLflow holds of the champion's run, by MLflow's own client.

    python _tracking.py read PACKAGE OUT MODEL    the run, held against the model's file

Leaves one JSON object in OUT/found.json.
"""

import json
import os
import sys
import tempfile
import warnings
from importlib.metadata import distributions
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
from _judging import TRUTH, loaded
from _seam import settings, typed

CLIENT = mlflow.MlflowClient(f"sqlite:///{Path('.state/mlflow.db').resolve()}")


def read(package: str, out: Path, model: Path) -> dict:
    """The run behind the champion."""
    card = json.loads(model.with_suffix(".json").read_text(encoding="utf-8"))
    number = CLIENT.get_registered_model(package).aliases["champion"]
    version = CLIENT.get_model_version(package, number)
    run = CLIENT.get_run(version.run_id)
    files = sorted(walked(version.run_id, ""))
    with tempfile.TemporaryDirectory() as folder:
        told = {}
        if "packages.txt" in files:
            path = CLIENT.download_artifacts(version.run_id, "packages.txt", folder)
            told = dict(line.split("==") for line in Path(path).read_text().splitlines())
    names = ("mlflow", "scikit-learn", "pandas", "numpy")
    here = {one.metadata["Name"]: one.version for one in distributions()}
    several = settings()["project"]["task"] == "classification"
    several = several and not hasattr(loaded(model), "predict_proba")
    return {
        "card": card,
        "run": {
            "metrics": run.data.metrics,
            "params": run.data.params,
            "tags": run.data.tags,
            "inputs": len(run.inputs.dataset_inputs),
            "files": files,
        },
        "window": json.loads(run.data.tags.get("window", "{}")),
        "versions": {name: told.get(name) for name in names},
        "installed": {name: here.get(name) for name in names},
        "several": several,
        "undrawn": undrawn(model),
        **held(package, number, model, out),
    }


def undrawn(model: Path) -> list:
    """Pictures for which the estimator gives nothing to draw."""
    if hasattr(loaded(model), "predict_proba"):
        return []
    return ["pictures/roc.png", "pictures/precision-recall.png"]


def held(package: str, number: str, model: Path, out: Path) -> dict:
    """MLflow's model of this version, asked the same as the file."""
    mlflow.set_tracking_uri(CLIENT.tracking_uri)
    info = mlflow.models.get_model_info(f"models:/{package}/{number}")
    data = settings()["data"]
    rows = typed(pd.read_parquet(out / TRUTH).head(200), data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = np.asarray(mlflow.pyfunc.load_model(info.model_uri).predict(rows))
        ours = np.asarray(loaded(model).predict(rows))
    number_like = np.issubdtype(ours.dtype, np.number)
    far = np.abs(theirs - ours).max() if number_like else np.mean(theirs != ours)
    return {
        "signature": info.signature is not None,
        "example": bool(info.saved_input_example_info),
        "distance": float(far),
    }


def walked(run_id: str, place: str) -> object:
    """Paths of a run's artifacts."""
    for one in CLIENT.list_artifacts(run_id, place):
        if one.is_dir:
            yield from walked(run_id, one.path)
        else:
            yield one.path


if __name__ == "__main__":
    _, package, *places = sys.argv[1:]
    out, model = map(Path, places)
    found = read(package, out, model)
    # A file, since the seam may print.
    (out / "found.json").write_text(json.dumps(found), encoding="utf-8")
    # The work is done: threads of libraries have aborted while the interpreter came down.
    os._exit(0)
