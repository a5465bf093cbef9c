"""Days of traffic in a project's log, with what a look at them must find.

    python _monitoring.py live PACKAGE OUT MODEL    seven usual days, two with a column moved

Questions are drawn from the rows that the model learnt from, answers and labels from its holdout:
so nothing has changed but what is moved here. Labels are left in OUT/labels.parquet: enough of the
first day, few of the second, wrong ones of the third. Leaves one JSON object in OUT/found.json.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
from _judging import loaded
from _seam import kinds, labelled, moment, numbers, settings, typed
from _serving import plain

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ROWS = 300
QUIET, DRIFTED = 7, 2
FEW = 10
FAR = 3.0
"""Standard deviations by which numbers are moved."""


def live(package: str, out: Path, model: Path) -> dict:
    """Write the days; tell which column moved when, and how good the first day's answers are."""
    data = settings()["data"]
    card = json.loads(model.with_suffix(".json").read_text(encoding="utf-8"))
    seen = pd.read_parquet(out / "seen.parquet")
    held = labelled(package, data, *(moment(card["holdout"][side], data) for side in SIDES))
    answers = answered(loaded(model), typed(held, data))
    truth = held[data["target"]].reset_index(drop=True)
    column = steadiest(seen, data)
    length = timedelta(hours=settings()["monitoring"]["hours"])
    now = EPOCH + (datetime.now(UTC) - EPOCH) // length * length
    starts = [now - number * length for number in range(QUIET + DRIFTED, 0, -1)]
    told, labels = [], []
    for day, start in enumerate(starts):
        rows = drawn(seen, day)
        if day >= QUIET:
            rows[column] = moved(rows[column], seen[column], dict(kinds(data))[column])
        places = drawn(answers, day).index
        given = answers.loc[places].reset_index(drop=True)
        names = [f"verify-{day}/{place}" for place in range(ROWS)]
        times = [start + length / 2 * place / ROWS for place in range(ROWS)]
        told += records(package, (names, times), rows, given, card)
        real = truth.loc[places].reset_index(drop=True)
        if day < len(LABELS):
            part = LABELS[day](real, given)
            keys, known = names[: len(part)], times[: len(part)]
            labels.append(pd.DataFrame({"key": keys, "label": part, "known": known}))
        if day == 0:
            figure = figured(package, real, given)
    write(package, told)
    pd.concat(labels, ignore_index=True).to_parquet(out / "labels.parquet")
    return {
        "column": column,
        "ends": [(start + length).isoformat() for start in starts],
        "moved": QUIET,
        "labels": [len(part) for part in labels],
        "figure": figure[settings()["metric"]["name"]],
    }


SIDES = ("start", "end")


def drawn(rows: pd.DataFrame, day: int) -> pd.DataFrame:
    """Rows of a day."""
    return rows.sample(ROWS, replace=len(rows) < 2 * ROWS, random_state=day)


def answered(estimator: object, features: pd.DataFrame) -> pd.DataFrame:
    """Predictions, and the score or the scores of classes."""
    told = pd.DataFrame({"prediction": estimator.predict(features)})
    if hasattr(estimator, "predict_proba"):
        score = estimator.predict_proba(features)
        two = score.shape[1] == 2
        told["score"] = score[:, 1] if two else None
        names = [str(name) for name in estimator.classes_]
        rows = score.tolist()
        told["scores"] = None if two else [dict(zip(names, row, strict=True)) for row in rows]
    return told


def steadiest(seen: pd.DataFrame, data: dict) -> str:
    """The column that changes least with time: no season may hide what is done to it."""
    names = [name for name, kind in kinds(data) if kind in ("number", "integer")]
    names = [name for name in names if seen[name].count() * 2 > len(seen)] or names
    if not names:
        return max((name for name, _ in kinds(data)), key=lambda name: seen[name].nunique())

    def restless(name: str) -> float:
        values = numbers(seen[name])
        means = [values.iloc[part].mean() for part in np.array_split(np.arange(len(values)), 20)]
        return float(np.nanstd(means) / (values.std() or np.inf)) or np.inf

    return min(names, key=restless)


def moved(values: pd.Series, usual: pd.Series, kind: str) -> pd.Series:
    """The values where they have never been, or the rarest one everywhere."""
    if kind not in ("number", "integer"):
        return pd.Series(usual.value_counts().index[-1], index=values.index)
    step = FAR * (numbers(usual).std() or 1.0)
    return numbers(values) + (max(1.0, round(step)) if kind == "integer" else step)


def right(truth: pd.Series, given: pd.DataFrame) -> pd.Series:
    """What was true."""
    return truth


def few(truth: pd.Series, given: pd.DataFrame) -> pd.Series:
    """Too few to judge by."""
    return truth.head(FEW)


def wrong(truth: pd.Series, given: pd.DataFrame) -> pd.Series:
    """Labels that make the answers bad by any metric."""
    if settings()["project"]["task"] == "regression":
        apart = 10 * float(np.abs(truth - given["prediction"]).mean() + truth.std())
        found = given["prediction"] + apart * np.where(np.arange(len(given)) % 2, 1, -1)
        return found.round() if (truth == truth.round()).all() else found
    classes = sorted(truth.unique())
    if "score" in given and given["score"].notna().all():
        low = given["score"].rank(method="first") <= len(given) / 2
        return pd.Series(np.where(low, classes[-1], classes[0]), index=truth.index)
    after = dict(zip(classes, [*classes[1:], classes[0]], strict=True))
    return given["prediction"].map(lambda one: after.get(one, classes[0])).astype(truth.dtype)


LABELS = (right, few, wrong)


def figured(package: str, truth: pd.Series, given: pd.DataFrame) -> dict:
    """The project's own figures of answers."""
    score = None
    if "score" in given:
        two = given["score"].notna().all()
        many = [list(one.values()) for one in given["scores"]] if not two else None
        score = given["score"].to_numpy("float64") if two else np.array(many)
    predictions = given["prediction"].to_numpy()
    labels = truth.to_numpy()
    labels = labels.astype(predictions.dtype) if predictions.dtype.kind in "biuf" else labels
    return import_module(f"{package}.model").evaluate(labels, predictions, score)


def records(
    package: str, named: tuple, rows: pd.DataFrame, given: pd.DataFrame, card: dict
) -> list:
    """Records as the service writes them."""
    made = import_module(f"{package}.ops.predictions.record").Record
    columns = {one["name"]: one["kind"] for one in card["features"]}
    version = card.get("version") or card["sha256"][:12]
    asked = rows[list(columns)].to_dict("records")
    found = []
    for name, time, row, answer in zip(*named, asked, given.to_dict("records"), strict=True):
        found.append(
            made(
                id=name,
                time=time.isoformat(timespec="milliseconds"),
                version=version,
                features={one: plain(value, columns[one]) for one, value in row.items()},
                prediction=pythonic(answer["prediction"]),
                key=name if card["key"] else None,
                score=pythonic(answer.get("score")),
                scores=answer.get("scores"),
            )
        )
    return found


def pythonic(value: object) -> object:
    """A value of Python's own."""
    return value.item() if isinstance(value, np.generic) else value


def write(package: str, told: list) -> None:
    """Append records to the log of the project."""
    part = {
        name: import_module(f"{package}.ops.{name}")
        for name in ("settings", "predictions.place", "predictions.record", "predictions.segments")
    }
    folder = part["predictions.place"].predictions_folder(part["settings"].read_settings())
    log = part["predictions.segments"].Log(folder)
    log.append(part["predictions.record"].encoded(told))
    log.close()


if __name__ == "__main__":
    verb, package, out, *rest = sys.argv[1:]
    found = {"live": live}[verb](package, Path(out), *map(Path, rest))
    # A file, since the seam may print.
    (Path(out) / "found.json").write_text(json.dumps(found), encoding="utf-8")
    # The work is done: threads of libraries have aborted while the interpreter came down.
    os._exit(0)
