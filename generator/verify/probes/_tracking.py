"""Reads what a project's MLflow holds, by MLflow's own client.

    python _tracking.py read PACKAGE OUT MODEL    the run of the champion, held against its file
    python _tracking.py state PACKAGE OUT         aliases and versions
    python _tracking.py check PACKAGE OUT         the newest version gets the checks in OUT/checks

Each leaves one JSON object in OUT/found.json.
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
    """The run behind the champion, and the tags of the newest one."""
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
    experiment = run.info.experiment_id
    newest = CLIENT.search_runs([experiment], order_by=["start_time DESC"], max_results=1)[0]
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
        "newest": newest.data.tags,
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


def state(package: str, out: Path) -> dict:
    """What the registry holds: aliases, and tags of each version."""
    found = CLIENT.search_model_versions(f"name = '{package}'")
    aliases = CLIENT.get_registered_model(package).aliases
    return {
        "aliases": {name: str(number) for name, number in aliases.items()},
        "versions": {str(one.version): {**one.tags, "run_id": one.run_id} for one in found},
    }


def check(package: str, out: Path) -> dict:
    """The newest version says of its checks what stands in OUT/checks."""
    newest = max(int(one.version) for one in CLIENT.search_model_versions(f"name = '{package}'"))
    told = (out / "checks").read_text(encoding="utf-8")
    CLIENT.set_model_version_tag(package, str(newest), "checks", told)
    return {"version": newest}


if __name__ == "__main__":
    verb, package, out, *rest = sys.argv[1:]
    found = {"read": read, "state": state, "check": check}[verb](
        package, Path(out), *map(Path, rest)
    )
    # A file, since the seam may print.
    (Path(out) / "found.json").write_text(json.dumps(found), encoding="utf-8")
    # The work is done: threads of libraries have aborted while the interpreter came down.
    os._exit(0)
