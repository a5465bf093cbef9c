"""What the seam of a project says, read without a line of its `ops`."""

import tomllib
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd


def settings() -> dict:
    """The project's settings."""
    return tomllib.loads(Path("settings.toml").read_text(encoding="utf-8"))


def kinds(data: dict) -> list:
    """Name and kind of each column that the model may use."""
    other = {data.get("time"), data.get("key"), data["target"]}
    return [(one["name"], one["kind"]) for one in data["schema"] if one["name"] not in other]


def labelled(package: str, data: dict, start: object = None, end: object = None) -> pd.DataFrame:
    """The rows of a window whose label is known, the label in the place of the target."""
    seam = import_module(f"{package}.data")
    rows, told = seam.load(start, end), seam.labels(start, end)
    told = told[told["label"].notna()].set_index("key")["label"]
    keys = rows[data["key"]] if data.get("key") else rows.index.to_series()
    rows = rows[keys.isin(told.index).to_numpy()]
    labels = told.loc[keys.loc[rows.index]].to_numpy()
    return rows.assign(**{data["target"]: labels}).infer_objects()


def typed(rows: pd.DataFrame, data: dict) -> pd.DataFrame:
    """The features as the seam promises them: numbers as float64, the rest as text."""
    table = {}
    for name, kind in kinds(data):
        if kind in ("number", "integer", "boolean"):
            table[name] = numbers(rows[name])
        else:
            table[name] = rows[name].astype("object").where(rows[name].notna(), None)
    return pd.DataFrame(table)


def numbers(values: pd.Series) -> pd.Series:
    """Numbers and truths as float64, missing ones as NaN."""
    return values.astype("object").where(values.notna(), None).astype("float64")


def moment(text: str | None, data: dict) -> object:
    """A moment of the card as `load` takes it."""
    if text is None:
        return None
    return pd.Timestamp(text) if data.get("time") else int(text)


def alike(labels: object, data: dict) -> np.ndarray:
    """Labels in one form for each kind of target, wherever they come from: float64 or text."""
    kind = next(one["kind"] for one in data["schema"] if one["name"] == data["target"])
    labels = pd.Series(np.asarray(labels, dtype="object"))
    if kind in ("number", "integer"):
        return pd.to_numeric(labels).to_numpy("float64")
    return labels.astype(str).to_numpy("object")
