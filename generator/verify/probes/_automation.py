"""Changes the world of a copied project, so that its loop has something to find.

    python _automation.py shift   PACKAGE OUT    from a moment on, labels follow another rule
    python _automation.py permute PACKAGE OUT    from that moment on, labels follow no rule

The table keeps its newest rows. Regression: the label grows by the most important number, measured
in its own deviations; classification: labels of rows above its median become the next class. Where
no feature is such a number, rows are few or the seam reads something else, `found.json` says so. It
tells the moments from and until which the loop is replayed.
"""

import json
import os
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
from _seam import kinds, numbers, settings

ROWS = 12_000
FEWEST = 6000
"""Rows: a change that touches a part of them must be learnt from those of one window."""

ASKED, CHANGED = 0.5, 0.6
"""Shares of the rows before the first window, and before the change."""

WINDOWS = 10
STRENGTH = 1.5
"""Standard deviations of the label for each one of the column."""

PART = 0.25
"""Least share of the rows above a median: above that of a column whose greatest value is its usual
one lies no row, and the world would stay as it is."""


def changed(package: str, out: Path, permute: bool) -> dict:
    """Write the table of another world."""
    data = settings()["data"]
    rows = import_module(f"{package}.data").load()
    rows = rows[rows[data["target"]].notna()].tail(ROWS).reset_index(drop=True)
    if len(rows) < FEWEST:
        return {"said": f"{len(rows):,} rows are too few to learn a change from"}
    column = important(rows, data)
    if column is None:
        return {"said": "no feature is a number that its median parts"}
    first, since = (int(len(rows) * share) for share in (ASKED, CHANGED))
    later = np.arange(len(rows)) >= since
    label = rows[data["target"]]
    if permute:
        mixed = np.random.default_rng(0).permutation(label[later].to_numpy())
        rows.loc[later, data["target"]] = mixed
    elif settings()["project"]["task"] == "regression":
        values = numbers(rows[column]).fillna(0)
        moved = STRENGTH * label.astype("float64").std() * (values - values.mean()) / values.std()
        kind = next(one["kind"] for one in data["schema"] if one["name"] == data["target"])
        moved = moved.round() if kind == "integer" else moved
        rows[data["target"]] = label.astype("float64").where(~later, label + moved)
    else:
        classes = sorted(label.unique(), key=str)
        following = dict(zip(classes, [*classes[1:], classes[0]], strict=True))
        above = numbers(rows[column]) > numbers(rows[column]).median()
        rows[data["target"]] = label.where(~(later & above), label.map(following))
    write(rows, Path(data["table"]))
    if not import_module(f"{package}.data").load()[data["target"]].equals(rows[data["target"]]):
        return {"said": "load() in data.py does not give what lies in the table"}
    clock = rows[data["time"]] if data.get("time") else pd.Series(rows.index)
    start, change, end = (told(clock, place) for place in (first, since, len(rows) - 1))
    told_here = {"column": column, "start": start, "change": change, "end": end}
    return told_here | {"asked": (len(rows) - first) // WINDOWS, **lengths(clock, first)}


def important(rows: pd.DataFrame, data: dict) -> str | None:
    """The number that goes with the label most, by the correlation of ranks."""
    label = pd.Series(pd.factorize(rows[data["target"]], sort=True)[0])
    found = {}
    for name, kind in kinds(data):
        if kind in ("number", "integer"):
            values = numbers(rows[name])
            if (values > values.median()).mean() >= PART:
                found[name] = abs(values.rank().corr(label.rank())) or 0.0
    return max(found, key=found.get) if found else None


def lengths(clock: pd.Series, first: int) -> dict:
    """Length of a window, in hours or rows."""
    asked = clock.iloc[first:]
    if clock.dtype.kind == "M":
        seconds = (asked.iloc[-1] - asked.iloc[0]).total_seconds() + 1
        return {"length": max(seconds / 3600 / WINDOWS, 0.01), "timed": True}
    return {"length": -(-len(asked) // WINDOWS), "timed": False}


def told(clock: pd.Series, place: int) -> str:
    """A moment as the commands take it."""
    moment = clock.iloc[place]
    return moment.isoformat() if hasattr(moment, "isoformat") else str(moment)


def write(rows: pd.DataFrame, table: Path) -> None:
    """In the place of the table, which may be a link to the owner's own."""
    table.unlink()
    if table.suffix == ".parquet":
        rows.to_parquet(table, index=False)
    else:
        rows.to_csv(table, index=False)


if __name__ == "__main__":
    verb, package, out = sys.argv[1:]
    found = changed(package, Path(out), verb == "permute")
    # A file, since the seam may print.
    (Path(out) / "found.json").write_text(json.dumps(found), encoding="utf-8")
    os._exit(0)
