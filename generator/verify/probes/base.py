"""Runs in the environment of a project, apart from its `ops`: makes tables, judges answers.

It knows the seam only (`data.load`, `data.labels`, `settings.toml`) and the model file, so that what
`ops` says of itself is held against something else.

    python base.py tables PACKAGE OUT          tables to ask with, and the truth about them
    python base.py judge  PACKAGE OUT MODEL    the answers in OUT against the truth and the model

Both print one JSON object.
"""

import json
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
    frame = import_module(f"{package}.data").load()
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
    column = features(frame, data)[0]
    questions.drop(columns=[column]).to_csv(out / "lacking.csv", index=False)
    return {"cut": str(cut), "rows": len(rest), "lacking": column, **drifts(seen, data, out)}


def drifts(seen: pd.DataFrame, data: dict, out: Path) -> dict:
    """Two halves of one window at random, and the second one with one column moved."""
    mixed = seen.sample(min(len(seen), 2 * MOST_ROWS), random_state=20130101)
    half = len(mixed) // 2
    reference, current = mixed.iloc[:half], mixed.iloc[half:]
    reference.to_parquet(out / "reference.parquet", index=False)
    current.to_parquet(out / "quiet.parquet", index=False)
    moved = {}
    for kind, change in (("number", shift), ("category", swap)):
        names = [name for name in features(seen, data) if is_kind(seen[name], kind)]
        if names:
            name = max(names, key=lambda name: seen[name].nunique())
            current.assign(**{name: change(current[name])}).to_parquet(
                out / f"{kind}.parquet", index=False
            )
            moved[kind] = name
    return {"moved": moved}


def shift(column: pd.Series) -> pd.Series:
    """The numbers, one standard deviation up."""
    moved = column + column.std()
    return moved.round().astype(column.dtype) if is_whole(column) else moved


def swap(column: pd.Series) -> pd.Series:
    """The categories, the most frequent one in the place of half of the others."""
    top = column.mode().iloc[0]
    return column.where(np.arange(len(column)) % 2 == 0, top)


def judge(package: str, out: Path, model: Path) -> dict:
    """Hold the answers in `out` against the model itself and against the truth."""
    data = settings()["data"]
    rest = pd.read_parquet(out / TRUTH)
    offline = predictions(package, model, rest.drop(columns=[data["target"]]))
    answers = {name: read(out / name) for name in ("answers.csv", "answers.parquet")}
    columns = {name: [str(c) for c in table.columns] for name, table in answers.items()}
    found = {
        "columns": columns,
        "rows": {name: len(table) for name, table in answers.items()},
        "distance": {
            name: distance(table["prediction"], offline)
            for name, table in answers.items()
            if "prediction" in table and len(table) == len(rest)
        },
        "keys": data.get("key") is None
        or all(
            data["key"] in table
            and table[data["key"]].astype(str).tolist() == rest[data["key"]].astype(str).tolist()
            for table in answers.values()
        ),
    }
    csv = answers["answers.csv"]
    if len(csv) == len(rest) and "prediction" in csv:
        seen = pd.read_parquet(out / "seen.parquet")[data["target"]].dropna()
        found["gain"] = gain(csv["prediction"], rest[data["target"]], seen)
        found["varies"] = bool(csv["prediction"].nunique() > 1)
    return found


def predictions(package: str, model: Path, rows: pd.DataFrame) -> np.ndarray:
    """What the model file itself says, without a line of `ops`."""
    import skops.io

    estimator = skops.io.load(model, trusted=skops.io.get_untrusted_types(file=model))
    wanted = getattr(estimator, "feature_names_in_", rows.columns)
    return np.asarray(estimator.predict(rows[list(wanted)]))


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


def distance(answers: pd.Series, offline: np.ndarray) -> float:
    """Largest difference; for labels the share that is not equal."""
    if np.issubdtype(offline.dtype, np.number) and offline.dtype != bool:
        return float(np.max(np.abs(answers.to_numpy(float) - offline.astype(float))))
    return float(np.mean(answers.astype(str).to_numpy() != offline.astype(str)))


def features(frame: pd.DataFrame, data: dict) -> list:
    """Columns that the model may use."""
    other = {data.get("time"), data.get("key"), data["target"]}
    return [name for name in frame.columns if name not in other]


def is_kind(column: pd.Series, kind: str) -> bool:
    """Whether a column holds numbers with many values, or categories."""
    number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if kind == "number":
        return number and column.nunique() > 10
    return not number and not pd.api.types.is_datetime64_any_dtype(column)


def is_whole(column: pd.Series) -> bool:
    """Whether a column holds integers."""
    return pd.api.types.is_integer_dtype(column)


def read(path: Path) -> pd.DataFrame:
    """A table of answers."""
    return pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)


def settings() -> dict:
    """The project's settings."""
    return tomllib.loads(Path("settings.toml").read_text(encoding="utf-8"))


if __name__ == "__main__":
    verb, package, out, *rest = sys.argv[1:]
    found = {"tables": tables, "judge": judge}[verb](package, Path(out), *map(Path, rest))
    print(json.dumps(found))
