"""The answers and the card of a model, held against the model file and the truth."""

import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
from _seam import alike, labelled, moment, settings, typed
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.preprocessing import OrdinalEncoder

TRUTH = "truth.parquet"


def judge(package: str, out: Path, model: Path) -> dict:
    """Hold the answers in `out` against the model itself and against the truth."""
    data = settings()["data"]
    rest = pd.read_parquet(out / TRUTH)
    rows = rest.drop(columns=[data["target"]])
    offline = expected(model, rows)
    answers = {name: read(out / name) for name in ("answers.csv", "answers.parquet")}
    keys = rest[data["key"]].astype(str).tolist() if data.get("key") else None
    found = {
        "rows": {name: len(table) for name, table in answers.items()},
        "distance": {
            name: distance(table, offline)
            for name, table in answers.items()
            if set(offline) <= set(table) and len(table) == len(rest)
        },
        "keys": keys is None
        or all(
            data["key"] in table and table[data["key"]].astype(str).tolist() == keys
            for table in answers.values()
        ),
    }
    if len(found["distance"]) == len(answers):
        csv = answers["answers.csv"]["prediction"]
        seen = pd.read_parquet(out / "seen.parquet")
        labels = seen[data["target"]]
        found["gain"] = gain(csv, rest[data["target"]], labels)
        found["possible"] = gain(reference(seen, rest, data), rest[data["target"]], labels)
        found["varies"] = bool(csv.nunique() > 1)
    return found


def recompute(package: str, out: Path, model: Path) -> dict:
    """The metrics that the card tells, and those of the model on the holdout that it names."""
    data = settings()["data"]
    card = json.loads(model.with_suffix(".json").read_text(encoding="utf-8"))
    start, end = (moment(card["holdout"][side], data) for side in ("start", "end"))
    rows = labelled(package, data, start, end)
    estimator = loaded(model)
    table = typed(rows, data)
    score = estimator.predict_proba(table) if hasattr(estimator, "predict_proba") else None
    if score is not None and score.shape[1] == 2:
        score = score[:, 1]
    answers, truth = estimator.predict(table), rows[data["target"]].to_numpy()
    if score is not None and not np.isin(alike(truth, data), alike(estimator.classes_, data)).all():
        score = None  # it has no column for a class that was never learnt
    truth = truth.astype(answers.dtype) if answers.dtype.kind in "biuf" else truth
    real = import_module(f"{package}.model").evaluate(truth, answers, score)
    return {"told": card["metrics"], "real": real, "decides": card["metric"]["name"]}


def expected(model: Path, rows: pd.DataFrame) -> dict:
    """What the model file itself says, by the name of the column, without a line of `ops`."""
    estimator, table = loaded(model), typed(rows, settings()["data"])
    told = {"prediction": np.asarray(estimator.predict(table))}
    if hasattr(estimator, "predict_proba"):
        score = estimator.predict_proba(table)
        if score.shape[1] == 2:
            told["score"] = score[:, 1]
        else:
            told |= {
                f"score_{name}": column
                for name, column in zip(estimator.classes_, score.T, strict=True)
            }
    return told


def loaded(model: Path) -> object:
    """The estimator in a file that this workspace has just written itself."""
    import skops.io

    return skops.io.load(model, trusted=skops.io.get_untrusted_types(file=model))


def read(path: Path) -> pd.DataFrame:
    """A table of answers."""
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    return pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""])


def distance(answers: pd.DataFrame, offline: dict) -> float:
    """Largest difference in any column; for labels the share that is not equal."""
    found = []
    for name, wanted in offline.items():
        if np.issubdtype(wanted.dtype, np.number):
            told = pd.to_numeric(answers[name]).to_numpy("float64")
            found.append(np.max(np.abs(told - wanted.astype("float64"))))
        else:
            found.append(np.mean(answers[name].astype(str).to_numpy() != wanted.astype(str)))
    return float(np.max(found))


def reference(seen: pd.DataFrame, rest: pd.DataFrame, data: dict) -> np.ndarray:
    """Answers of a plain model that owes nothing to the project: what can be learnt from the rows.

    Args:
        seen: rows with labels, to learn from.
        rest: rows to answer.
        data: what the settings say of the table.
    """
    learnt, asked = typed(seen, data), typed(rest, data)
    words = [name for name in learnt if learnt[name].dtype == "object"]
    codes = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1
    )
    if words:
        codes.fit(learnt[words])
        learnt[words], asked[words] = codes.transform(learnt[words]), codes.transform(asked[words])
    regression = settings()["project"]["task"] == "regression"
    kind = HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier
    labels = alike(seen[data["target"]], data)
    model = kind(early_stopping=False, random_state=0).fit(learnt.astype("float64"), labels)
    return model.predict(asked.astype("float64"))


def gain(answers: object, truth: object, seen: object) -> dict:
    """How much smaller the error is than that of a constant, in standard errors of the mean.

    Regression: absolute error beside the median of what training saw. Classification: share of
    wrong answers, weighted so that every class counts alike, beside the best constant.
    """
    data = settings()["data"]
    answers, truth, seen = (alike(labels, data) for labels in (answers, truth, seen))
    if settings()["project"]["task"] == "regression":
        ours, dummy = np.abs(answers - truth), np.abs(np.median(seen) - truth)
    else:
        ours, dummy = weighted_errors(answers, truth, pd.Series(seen))
    better = dummy - ours
    error = float(better.std(ddof=1) / np.sqrt(len(better))) or 1e-12
    return {
        "ours": float(ours.mean()),
        "dummy": float(dummy.mean()),
        "standard_errors": float(better.mean()) / error,
    }


def weighted_errors(answers: np.ndarray, truth: np.ndarray, seen: pd.Series) -> tuple:
    """Errors of ours and of the most frequent class, every class with the same weight."""
    classes, counts = np.unique(truth, return_counts=True)
    weight = dict(zip(classes, len(truth) / (len(classes) * counts), strict=True))
    weights = np.array([weight[label] for label in truth])
    constant = seen.mode().iloc[0]
    return weights * (answers != truth), weights * (constant != truth)
