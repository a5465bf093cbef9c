"""Records to ask a service with, and its answers held against the model file.

    python _serving.py ask   PACKAGE OUT          records, and bodies that must be refused
    python _serving.py judge PACKAGE OUT MODEL    the answers in OUT against the model itself

Each leaves one JSON object in OUT/found.json.
"""

import json
import math
import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from _judging import TRUTH, expected
from _seam import settings

MOST = 500
NUMBERS = ("number", "integer", "boolean")


def ask(package: str, out: Path) -> dict:
    """Records of rows that training never saw, and what must be refused, with its column."""
    data = settings()["data"]
    rows = pd.read_parquet(out / TRUTH).head(MOST)
    records = [record(row, data) for row in rows.to_dict("records")]
    return {"records": records, "bad": list(bad(records, data)), "key": data.get("key")}


def record(row: dict, data: dict) -> dict:
    """A row as JSON has it; values that are missing are null."""
    other = {data.get("time"), data["target"]}
    return {
        one["name"]: plain(row[one["name"]], one["kind"])
        for one in data["schema"]
        if one["name"] not in other or one["name"] == data.get("key")
    }


def plain(value: object, kind: str) -> object:
    """A value as JSON has it."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if kind == "boolean":
        return bool(value)
    if kind == "integer":
        return int(value)
    if kind == "number":
        return float(value)
    return value.isoformat() if kind == "time" else str(value)


def bad(records: list, data: dict) -> object:
    """Bodies with one fault each, in the second record, and the column that must be named."""
    other = {data.get("time"), data.get("key"), data["target"]}
    columns = [one for one in data["schema"] if one["name"] not in other]
    first, second = records[0], records[1]
    for one in columns:
        name, number = one["name"], one["kind"] in NUMBERS
        yield fault(
            f"{name} of a wrong type", [first, {**second, name: "x" if number else 1}], name
        )
        yield fault(f"{name} as a list", [first, {**second, name: [1]}], name)
        if not one.get("nullable"):
            yield fault(f"{name} is null", [first, {**second, name: None}], name)
            lacking = {key: value for key, value in second.items() if key != name}
            yield fault(f"{name} is missing", [first, lacking], name)
        if one["kind"] == "integer":
            yield fault(f"{name} is no whole number", [first, {**second, name: 0.5}], name)
    yield fault("a column too many", [first, {**second, "no such column": 1}], "no such column")


def fault(what: str, body: list, column: str) -> dict:
    """One body that must be refused."""
    return {"what": what, "body": body, "column": column, "row": 2}


def judge(package: str, out: Path, model: Path) -> dict:
    """The largest distance between what was answered and what the model says."""
    data = settings()["data"]
    rows = pd.read_parquet(out / TRUTH).head(MOST)
    answers = json.loads((out / "answered.json").read_text(encoding="utf-8"))
    offline = expected(model, rows.drop(columns=[data["target"]]))
    far = {name: distance(told(answers, name), wanted) for name, wanted in offline.items()}
    return {"distance": max(far.values()), "varies": len({str(one) for one in answers}) > 1}


def told(answers: list, name: str) -> list:
    """One column of the answers; several classes stand in `scores`."""
    if name.startswith("score_"):
        return [one["scores"][name.removeprefix("score_")] for one in answers]
    return [one[name] for one in answers]


def distance(answers: list, wanted: np.ndarray) -> float:
    """Largest difference; for labels the share that is not equal."""
    if np.issubdtype(wanted.dtype, np.number):
        return float(np.max(np.abs(np.array(answers, dtype=float) - wanted.astype(float))))
    return float(np.mean(np.array(answers).astype(str) != wanted.astype(str)))


if __name__ == "__main__":
    verb, package, out, *rest = sys.argv[1:]
    found = {"ask": ask, "judge": judge}[verb](package, Path(out), *map(Path, rest))
    # A file, since the seam may print.
    (Path(out) / "found.json").write_text(json.dumps(found), encoding="utf-8")
    # The work is done: threads of libraries have aborted while the interpreter came down.
    os._exit(0)
