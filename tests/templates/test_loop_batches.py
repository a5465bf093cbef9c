"""Odd batches wait in quarantine; what is odd for several batches in a row is the world."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
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


@pytest.fixture
def settings(closed: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A project with a model that learnt from the first forty days, judged on five more."""
    monkeypatch.setenv("OPS_ALONE", "1")
    (tmp_path / "settings.toml").write_text(SETTINGS)
    rows = table()
    learnt = rows[rows["time"] < START + pd.Timedelta(days=LEARNT)]
    model = LinearRegression().fit(learnt[["x", "z"]], learnt["y"])
    end, held = (START + pd.Timedelta(days=days) for days in (LEARNT, LEARNT + 5))
    card = {
        "features": [
            {"name": name, "kind": "number", "nullable": False, "categories": []} for name in "xz"
        ],
        "window": {"start": START.isoformat(), "end": end.isoformat()},
        "holdout": {"start": end.isoformat(), "end": held.isoformat()},
        "created": "",
    }
    files = closed("model_file")
    files.put(tmp_path / "models" / "model.skops", *files.pack(model, card))
    return closed("settings").read_settings(tmp_path)


def table() -> pd.DataFrame:
    chance = np.random.default_rng(0)
    count = DAYS * A_DAY
    x, z = chance.normal(size=(2, count))
    time = START + pd.to_timedelta(np.arange(count) * 24 / A_DAY, unit="h")
    return pd.DataFrame({"time": time, "x": x, "z": z, "y": 3 * x + chance.normal(size=count)})


def day(rows: pd.DataFrame, *days: int) -> pd.Series[bool]:
    return ((rows["time"] - START).dt.days).isin(days)


def found(closed: Part, settings: Any, rows: pd.DataFrame, confirm: int = 3) -> Any:
    usual = {
        **{"every": 60, "cooldown": 0.0, "per_day": 9, "per_month": 9, "fresh": 1, "share": 0.5},
        **{"freeze": [], "approval": False, "expiry": 9.0, "lease": 60},
    }
    limits = closed("loop.limits").Limits(
        **usual, confirm=confirm, volume=5.0, loss=6.0, batch=24.0
    )
    rows = rows.sort_values("time", kind="stable", ignore_index=True)
    part = closed("rows").Rows(rows[["x", "z"]], rows["time"], rows["y"], rows["time"])
    return rows, closed("loop.batches").sort(settings, part, limits)


def test_rows_as_usual_are_not_odd(closed: Part, settings: Any) -> None:
    _, told = found(closed, settings, table())
    assert not told.odd.any()
    assert told.changed is None


def test_flipped_labels_of_one_batch_are_in_quarantine(closed: Part, settings: Any) -> None:
    rows = table()
    rows.loc[day(rows, 50), "y"] *= -1
    rows, told = found(closed, settings, rows)
    assert (told.odd == day(rows, 50).to_numpy()).all()
    assert "the champion loses" in next(iter(told.why.values()))


def test_a_column_with_one_value_is_in_quarantine(closed: Part, settings: Any) -> None:
    rows = table()
    rows.loc[day(rows, 51), "z"] = 0.0
    rows, told = found(closed, settings, rows)
    assert (told.odd == day(rows, 51).to_numpy()).all()
    assert list(told.why.values()) == ["z has one value"]


def test_ten_times_the_volume_is_in_quarantine(closed: Part, settings: Any) -> None:
    rows = table()
    rows = pd.concat([rows, *[rows[day(rows, 52)]] * 9])
    rows, told = found(closed, settings, rows)
    assert (told.odd == day(rows, 52).to_numpy()).all()
    assert "400 rows" in next(iter(told.why.values()))


def test_what_is_odd_in_several_batches_up_to_the_newest_is_the_world(
    closed: Part, settings: Any
) -> None:
    rows = table()
    last = range(DAYS - 3, DAYS)
    rows.loc[day(rows, *last), "y"] *= -1
    rows, told = found(closed, settings, rows)
    assert not told.odd.any()
    assert told.changed == (START + pd.Timedelta(days=DAYS - 3)).isoformat()
    rows, told = found(closed, settings, rows, confirm=4)
    assert (told.odd == day(rows, *last).to_numpy()).all()
    assert told.changed is None


def test_odd_batches_before_the_world_changed_stay_in_quarantine(
    closed: Part, settings: Any
) -> None:
    rows = table()
    rows.loc[day(rows, 50, *range(DAYS - 3, DAYS)), "y"] *= -1
    rows, told = found(closed, settings, rows)
    assert (told.odd == day(rows, 50).to_numpy()).all()
    assert told.changed == (START + pd.Timedelta(days=DAYS - 3)).isoformat()


def test_what_is_less_than_odd_and_goes_on_is_the_world(closed: Part, settings: Any) -> None:
    rows = table()
    rows.loc[day(rows, *range(DAYS - 8, DAYS)), "y"] += 1.0
    rows, told = found(closed, settings, rows)
    assert not told.odd.any()
    assert told.changed == (START + pd.Timedelta(days=DAYS - 8)).isoformat()
    assert "the champion loses" in told.since


def test_what_is_less_than_odd_and_is_over_is_not(closed: Part, settings: Any) -> None:
    rows = table()
    rows.loc[day(rows, *range(DAYS - 14, DAYS - 8)), "y"] += 1.0
    rows, told = found(closed, settings, rows)
    assert told.changed is None


def test_where_the_world_changed_twice_the_newest_change_counts(
    closed: Part, settings: Any
) -> None:
    rows = table()
    rows.loc[day(rows, *range(DAYS - 12, DAYS - 5)), "y"] += 1.0
    rows.loc[day(rows, *range(DAYS - 5, DAYS)), "y"] *= -1
    rows, told = found(closed, settings, rows)
    assert told.changed == (START + pd.Timedelta(days=DAYS - 5)).isoformat()


def test_a_newest_batch_with_few_rows_does_not_end_a_change(closed: Part, settings: Any) -> None:
    rows = table()
    rows.loc[day(rows, *range(DAYS - 4, DAYS)), "y"] *= -1
    rows, told = found(closed, settings, rows.head(len(rows) - A_DAY + 5))
    assert told.changed == (START + pd.Timedelta(days=DAYS - 4)).isoformat()


def test_what_was_left_out_is_found_again(closed: Part, settings: Any) -> None:
    part = closed("loop.quarantine")
    rows = table()
    odd = day(rows, 3, 4, 9).to_numpy()
    spans = part._spans(rows["time"], odd)
    assert len(spans) == 2
    assert (part._inside(settings, rows["time"], spans) == odd).all()
