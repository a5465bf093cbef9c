"""Runs in the environment of a project, apart from its `ops`: makes tables, judges answers.

It knows only the seam (`data.py`, `model.py`, `settings.toml`) and the model file, so that what
`ops` says of itself is held against something else.

    python base.py tables PACKAGE OUT          tables to ask with, and the truth about them
    python base.py judge  PACKAGE OUT MODEL    the answers in OUT against the truth and the model
    python base.py recompute PACKAGE OUT MODEL the metrics on the model's card, computed again

Each leaves one JSON object in OUT/found.json.
"""

import json
import os
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd

TRAINED_SHARE = 0.8
MOST_ROWS = 4000
TRUTH = "truth.parquet"


def tables(package: str, out: Path) -> dict:
    """Write what verify asks with; rows from `cut` on are never shown to training."""
    data = settings()["data"]
    frame = labelled(package, data)
    if frame.empty:
        raise SystemExit("load() and labels() in data.py give no row with a label")
    time, target = data.get("time"), data["target"]
    frame = frame.sort_values(time, kind="stable") if time else frame
    first = int(len(frame) * TRAINED_SHARE)
    cut = frame[time].iloc[first] if time else first
    seen, rest = (
        (frame[frame[time] < cut], frame[frame[time] >= cut])
        if time
        else (frame.iloc[:first], frame.iloc[first:])
    )
    rest = rest.iloc[:MOST_ROWS]
    rest.to_parquet(out / TRUTH)
    seen[[target]].to_parquet(out / "seen.parquet")
    questions = rest.drop(columns=[target])
    questions.to_csv(out / "questions.csv", index=False)
    questions.to_parquet(out / "questions.parquet", index=False)
    column = kinds(data)[0][0]
    questions.drop(columns=[column]).to_csv(out / "lacking.csv", index=False)
    return {"cut": str(cut), "rows": len(rest), "lacking": column, **drifts(seen, data, out)}


def labelled(package: str, data: dict, start: object = None, end: object = None) -> pd.DataFrame:
    """The rows of a window whose label is known, the label in the place of the target."""
    seam = import_module(f"{package}.data")
    rows, told = seam.load(start, end), seam.labels(start, end)
    told = told[told["label"].notna()].set_index("key")["label"]
    keys = rows[data["key"]] if data.get("key") else rows.index.to_series()
    rows = rows[keys.isin(told.index).to_numpy()]
    labels = told.loc[keys.loc[rows.index]].to_numpy()
    return rows.assign(**{data["target"]: labels}).infer_objects()


def drifts(seen: pd.DataFrame, data: dict, out: Path) -> dict:
    """Two halves of one window at random, and the second one with one column moved."""
    mixed = seen.sample(min(len(seen), 2 * MOST_ROWS), random_state=20130101)
    half = len(mixed) // 2
    reference, current = mixed.iloc[:half], mixed.iloc[half:]
    reference.to_parquet(out / "reference.parquet", index=False)
    current.to_parquet(out / "quiet.parquet", index=False)
    moved = {}
    for group, change in (({"number", "integer"}, shift), ({"category", "boolean"}, swap)):
        names = [name for name, kind in kinds(data) if kind in group and seen[name].nunique() > 1]
        if names:
            name = max(names, key=lambda name: seen[name].nunique())
            file = f"moved-{len(moved)}.parquet"
            current.assign(**{name: change(current[name])}).to_parquet(out / file, index=False)
            moved[file] = name
    return {"moved": moved}


def shift(column: pd.Series) -> pd.Series:
    """The numbers, one standard deviation up; integers stay integers."""
    step = max(1, round(column.std())) if (column.dropna() % 1 == 0).all() else column.std()
    return column + step


def swap(column: pd.Series) -> pd.Series:
    """The categories, the rarest one in the place of half of them."""
    rarest = column.value_counts().index[-1]
    return column.where(np.arange(len(column)) % 2 == 0, rarest)


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
        seen = pd.read_parquet(out / "seen.parquet")[data["target"]].dropna()
        found["gain"] = gain(csv, rest[data["target"]], seen)
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
    answers = estimator.predict(table)
    truth = alike(rows[data["target"]].to_numpy(), answers)
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


def alike(truth: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """The labels as the type of the answers."""
    return truth.astype(answers.dtype) if truth.dtype != answers.dtype else truth


def loaded(model: Path) -> object:
    """The estimator in a file that this workspace has just written itself."""
    import skops.io

    return skops.io.load(model, trusted=skops.io.get_untrusted_types(file=model))


def typed(rows: pd.DataFrame, data: dict) -> pd.DataFrame:
    """The features as the seam promises them: numbers as float64, the rest as text."""
    table = {}
    for name, kind in kinds(data):
        if kind in ("number", "integer", "boolean"):
            table[name] = rows[name].astype("float64")
        else:
            table[name] = rows[name].astype("object").where(rows[name].notna(), None)
    return pd.DataFrame(table)


def moment(text: str | None, data: dict) -> object:
    """A moment of the card as `load` takes it."""
    if text is None:
        return None
    return pd.Timestamp(text) if data.get("time") else int(text)


def gain(answers: pd.Series, truth: pd.Series, seen: pd.Series) -> dict:
    """How much smaller the error is than that of a constant, in standard errors of the mean.

    Regression: absolute error beside the median of what training saw. Classification: share of
    wrong answers, weighted so that every class counts alike, beside the best constant.
    """
    known = truth.notna().to_numpy()
    answers, truth = answers[known].to_numpy(), truth[known].to_numpy()
    if settings()["project"]["task"] == "regression":
        ours = np.abs(answers.astype(float) - truth.astype(float))
        dummy = np.abs(float(seen.median()) - truth.astype(float))
    else:
        truth, seen = alike(truth, answers), pd.Series(alike(seen.to_numpy(), answers))
        ours, dummy = weighted_errors(answers.astype(str), truth.astype(str), seen.astype(str))
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


def distance(answers: pd.DataFrame, offline: dict) -> float:
    """Largest difference in any column; for labels the share that is not equal."""
    found = []
    for name, wanted in offline.items():
        if np.issubdtype(wanted.dtype, np.number):
            found.append(np.max(np.abs(answers[name].to_numpy(float) - wanted.astype(float))))
        else:
            found.append(np.mean(answers[name].astype(str).to_numpy() != wanted.astype(str)))
    return float(np.max(found))


def kinds(data: dict) -> list:
    """Name and kind of each column that the model may use."""
    other = {data.get("time"), data.get("key"), data["target"]}
    return [(one["name"], one["kind"]) for one in data["schema"] if one["name"] not in other]


def read(path: Path) -> pd.DataFrame:
    """A table of answers."""
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    return pd.read_csv(path, keep_default_na=False, na_values=[""])


def settings() -> dict:
    """The project's settings."""
    return tomllib.loads(Path("settings.toml").read_text(encoding="utf-8"))


if __name__ == "__main__":
    verb, package, out, *rest = sys.argv[1:]
    verbs = {"tables": tables, "judge": judge, "recompute": recompute}
    found = verbs[verb](package, Path(out), *map(Path, rest))
    # A file, since the seam may print.
    (Path(out) / "found.json").write_text(json.dumps(found), encoding="utf-8")
    # The work is done: threads of libraries have aborted while the interpreter came down.
    os._exit(0)
