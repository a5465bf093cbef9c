"""Rows in daily batches, and a project of level 4 whose model learnt from the first forty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression

Part = Callable[[str], ModuleType]
DAYS, A_DAY, LEARNT = 60, 40, 40
START = pd.Timestamp("2026-01-01")
SETTINGS = """
[project]
task = "regression"
[data]
table = "table.csv"
target = "y"
time = "time"
schema = [
    { name = "time", kind = "time" }, { name = "x", kind = "number" },
    { name = "z", kind = "number" }, { name = "y", kind = "number" },
]
[metric]
name = "mae"
direction = "lower"
[train]
holdout = 0.2
seed = 0
[model]
[drift]
significance = 0.01
effect = 0.1
rows = 100
[files]
trusted = []
[registry]
poll = 1.0
[tracking]
uri = ""
"""
AUTOMATION = """
[automation]
every = 60
cooldown = 0.0
per_day = 9
per_month = 9
fresh = 1
share = 0.5
freeze = []
approval = false
expiry = 9.0
lease = 60
confirm = 3
volume = 5.0
loss = 6.0
batch = 24.0
"""


def project(closed: Part, root: Path) -> Any:
    """Settings of that project at `root`, whose model was judged on five days more."""
    (root / "settings.toml").write_text(SETTINGS + AUTOMATION)
    end, held = (START + pd.Timedelta(days=days) for days in (LEARNT, LEARNT + 5))
    window = {"start": START.isoformat(), "end": end.isoformat()}
    put(closed, root, window, {"start": end.isoformat(), "end": held.isoformat()})
    return closed("settings").read_settings(root)


def put(closed: Part, root: Path, window: dict[str, str], holdout: dict[str, str]) -> None:
    """The champion's file, whose card tells of these rows."""
    rows = table()
    learnt = rows[rows["time"] < START + pd.Timedelta(days=LEARNT)]
    model = LinearRegression().fit(learnt[["x", "z"]], learnt["y"])
    features = [
        {"name": name, "kind": "number", "nullable": False, "categories": []} for name in "xz"
    ]
    card = {"features": features, "window": window, "holdout": holdout, "created": ""}
    files = closed("model_file")
    files.put(root / "models" / "model.skops", *files.pack(model, card))


def table() -> pd.DataFrame:
    chance = np.random.default_rng(0)
    count = DAYS * A_DAY
    x, z = chance.normal(size=(2, count))
    time = START + pd.to_timedelta(np.arange(count) * 24 / A_DAY, unit="h")
    return pd.DataFrame({"time": time, "x": x, "z": z, "y": 3 * x + chance.normal(size=count)})


def day(rows: pd.DataFrame, *days: int) -> pd.Series[bool]:
    return ((rows["time"] - START).dt.days).isin(days)


def found(closed: Part, settings: Any, rows: pd.DataFrame, confirm: int = 3) -> Any:
    limits = replace(closed("loop.limits").read_limits(settings.root), confirm=confirm)
    rows = rows.sort_values("time", kind="stable", ignore_index=True)
    part = closed("rows").Rows(rows[["x", "z"]], rows["time"], rows["y"], rows["time"])
    return rows, closed("loop.batches").sort(settings, part, limits)
