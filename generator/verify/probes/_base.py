"""Runs in the environment of a project, apart from its `ops`: makes tables, judges answers.

It knows only the seam (`data.py`, `model.py`, `settings.toml`) and the model file, so that what
`ops` says of itself is held against something else.

    python _base.py tables PACKAGE OUT          tables to ask with, and the truth about them
    python _base.py judge  PACKAGE OUT MODEL    the answers in OUT against the truth and the model
    python _base.py recompute PACKAGE OUT MODEL the metrics on the model's card, computed again

Each leaves one JSON object in OUT/found.json.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from _judging import TRUTH, judge, recompute
from _seam import kinds, labelled, numbers, settings

TRAINED_SHARE = 0.8
MOST_ROWS = 4000
FEWEST_ROWS = 1000


def tables(package: str, out: Path) -> dict:
    """Write what verify asks with; rows from `cut` on are never shown to training."""
    data = settings()["data"]
    frame = labelled(package, data)
    if frame.empty:
        raise SystemExit("load() and labels() in data.py give no row with a label")
    time, target = data.get("time"), data["target"]
    frame = frame.sort_values(time, kind="stable") if time else frame
    first = int(len(frame) * TRAINED_SHARE)
    # Without a time the row number in the whole table: rows without a label have one, too.
    clock = frame[time] if time else frame.index.to_series()
    cut = clock.iloc[first]
    seen, rest = frame[clock < cut], frame[clock >= cut]
    rest = rest.iloc[:MOST_ROWS]
    rest.to_parquet(out / TRUTH)
    seen.to_parquet(out / "seen.parquet")
    questions = rest.drop(columns=[target])
    questions.to_csv(out / "questions.csv", index=False)
    questions.to_parquet(out / "questions.parquet", index=False)
    column = kinds(data)[0][0]
    questions.rename(columns={column: "no such column"}).to_csv(out / "lacking.csv", index=False)
    return {"cut": str(cut), "rows": len(rest), "lacking": column, **drifts(seen, data, out)}


def drifts(seen: pd.DataFrame, data: dict, out: Path) -> dict:
    """Two halves of one window at random, and the second one with one column moved.

    Of few rows, both are drawn with replacement: still of one distribution, and enough to judge.
    """
    few = len(seen) < 2 * FEWEST_ROWS
    count = 2 * FEWEST_ROWS if few else min(len(seen), 2 * MOST_ROWS)
    mixed = seen.sample(count, replace=few, random_state=20130101)
    half = len(mixed) // 2
    reference, current = mixed.iloc[:half], mixed.iloc[half:]
    reference.to_parquet(out / "reference.parquet", index=False)
    current.to_parquet(out / "quiet.parquet", index=False)
    moved = {}
    for group, change in (({"number", "integer"}, shift), ({"category", "boolean"}, swap)):
        names = [name for name, kind in kinds(data) if kind in group and seen[name].nunique() > 1]
        if names:
            name = max(names, key=lambda name: worth(seen[name]))
            file = f"moved-{len(moved)}.parquet"
            current.assign(**{name: change(current[name])}).to_parquet(out / file, index=False)
            moved[file] = name
    return {"moved": moved}


def worth(column: pd.Series) -> tuple:
    """The more values, the better to be moved, unless half of them are missing."""
    return column.count() * 2 > len(column), column.nunique()


def shift(column: pd.Series) -> pd.Series:
    """The numbers, one standard deviation up; integers stay integers."""
    column = numbers(column)
    step = max(1, round(column.std())) if (column.dropna() % 1 == 0).all() else column.std()
    return column + step


def swap(column: pd.Series) -> pd.Series:
    """The categories, the rarest one in the place of half of them."""
    rarest = column.value_counts().index[-1]
    return column.where(np.arange(len(column)) % 2 == 0, rarest)


if __name__ == "__main__":
    verb, package, out, *rest = sys.argv[1:]
    verbs = {"tables": tables, "judge": judge, "recompute": recompute}
    found = verbs[verb](package, Path(out), *map(Path, rest))
    # A file, since the seam may print.
    (Path(out) / "found.json").write_text(json.dumps(found), encoding="utf-8")
    # The work is done: threads of libraries have aborted while the interpreter came down.
    os._exit(0)
