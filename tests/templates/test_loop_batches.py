"""Odd batches wait in quarantine; what is odd for several batches in a row is the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
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


@pytest.fixture
def settings(closed: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A project with a model that learnt from the first forty days, judged on five more."""
    monkeypatch.setenv("OPS_ALONE", "1")
    (tmp_path / "settings.toml").write_text(SETTINGS + AUTOMATION)
    end, held = (START + pd.Timedelta(days=days) for days in (LEARNT, LEARNT + 5))
    window = {"start": START.isoformat(), "end": end.isoformat()}
    put(closed, tmp_path, window, {"start": end.isoformat(), "end": held.isoformat()})
    return closed("settings").read_settings(tmp_path)


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


def test_rows_as_usual_are_not_odd(closed: Part, settings: Any) -> None:
    _, told = found(closed, settings, table())
    assert not told.odd.any()
    assert told.changed is None


def test_a_champion_handed_over_without_its_rows_finds_nothing_odd_in_them(
    closed: Part, settings: Any
) -> None:
    put(closed, settings.root, {}, {})
    _, told = found(closed, settings, table())
    assert not told.odd.any()


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


def flooded(rows: pd.DataFrame, which: int) -> pd.DataFrame:
    rows = pd.concat([rows, *[rows[day(rows, which)]] * 9])
    return rows.sort_values("time", kind="stable", ignore_index=True)


def constant(rows: pd.DataFrame, which: int) -> pd.DataFrame:
    return rows.assign(z=rows["z"].mask(day(rows, which), 0.0))


def flipped(rows: pd.DataFrame, which: int) -> pd.DataFrame:
    return rows.assign(y=rows["y"].mask(day(rows, which), -rows["y"]))


def raised(rows: pd.DataFrame, since: int) -> pd.DataFrame:
    return rows.assign(y=rows["y"].mask(day(rows, *range(since, DAYS)), rows["y"] + 2))


def turned(rows: pd.DataFrame, since: int) -> pd.DataFrame:
    return rows.assign(y=rows["y"].mask(day(rows, *range(since, DAYS)), -rows["y"]))


FAULTS = (flooded, constant, flipped)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("change", [raised, turned])
@pytest.mark.parametrize("which", [49, 53, DAYS - 1])
def test_a_fault_after_the_world_changed_is_in_quarantine(
    closed: Part, settings: Any, change: Any, fault: Any, which: int
) -> None:
    rows, told = found(closed, settings, fault(change(table(), 47), which))
    assert (told.odd == day(rows, which).to_numpy()).all()
    assert told.changed == (START + pd.Timedelta(days=47)).isoformat()


def test_what_is_odd_in_several_batches_after_a_change_is_the_world_too(
    closed: Part, settings: Any
) -> None:
    rows = raised(table(), 47)
    for which in range(DAYS - 3, DAYS):
        rows = constant(rows, which)
    rows, told = found(closed, settings, rows)
    assert not told.odd.any()
    rows, told = found(closed, settings, rows, confirm=4)
    assert (told.odd == day(rows, *range(DAYS - 3, DAYS)).to_numpy()).all()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("since", [None, 47])
def test_a_training_on_the_rows_since_a_change_leaves_out_odd_ones(
    closed: Part, settings: Any, monkeypatch: pytest.MonkeyPatch, fault: Any, since: int | None
) -> None:
    rows = fault(raised(table(), since) if since else table(), 53)
    given(monkeypatch, rows)
    start = (START + pd.Timedelta(days=47)).isoformat()
    order = closed("steps").Order(start, rows["time"].max().isoformat())
    part = closed("rows").labelled_rows(settings, *map(pd.Timestamp, (order.start, order.end)))
    work = closed("pipeline.pipeline").Pipeline(settings, order, None, part)
    left = closed("loop.quarantine").quarantine(work)
    days = (part.clock - START).dt.days
    assert set(days) - set((left.rows.clock - START).dt.days) == {53}
    assert len(left.rows) == (days != 53).sum()
    assert (START + pd.Timedelta(days=53)).isoformat() in left.tags["quarantine"]


def test_a_training_is_told_nothing_of_odd_batches_before_its_rows(
    closed: Part, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, flipped(table(), 50))
    part = closed("rows").labelled_rows(settings, START + pd.Timedelta(days=52))
    order = closed("steps").Order((START + pd.Timedelta(days=52)).isoformat())
    work = closed("pipeline.pipeline").Pipeline(settings, order, None, part)
    assert closed("loop.quarantine").quarantine(work).said == "no batch is odd"


@pytest.mark.parametrize("fault", FAULTS)
def test_rows_of_a_fault_after_a_change_are_not_fresh(
    closed: Part, settings: Any, monkeypatch: pytest.MonkeyPatch, fault: Any
) -> None:
    given(monkeypatch, fault(raised(table(), 47), 53))
    limits = closed("loop.limits").read_limits(settings.root)
    fresh = closed("loop.batches").doubted(settings, None, None, limits)
    assert fresh.rows == (DAYS - 47 - 1) * A_DAY
    assert (START + pd.Timedelta(days=53)).isoformat() in fresh.said


def given(monkeypatch: pytest.MonkeyPatch, rows: pd.DataFrame) -> None:
    """Let the project's own `data.py` give these rows, each label known at once."""

    def load(start: Any = None, end: Any = None) -> pd.DataFrame:
        inside = pd.Series(True, index=rows.index)
        inside &= True if start is None else rows["time"] >= start
        return rows[inside & (True if end is None else rows["time"] < end)]

    def labels(start: Any = None, end: Any = None) -> pd.DataFrame:
        asked = load(start, end)
        return pd.DataFrame({"key": asked.index, "label": asked["y"], "known": asked["time"]})

    data = import_module("closed.data")
    monkeypatch.setattr(data, "load", load)
    monkeypatch.setattr(data, "labels", labels)


def test_what_was_left_out_is_found_again(closed: Part, settings: Any) -> None:
    part = closed("loop.quarantine")
    rows = table()
    odd = day(rows, 3, 4, 9).to_numpy()
    spans = part._spans(rows["time"], odd)
    assert len(spans) == 2
    assert (part._inside(settings, rows["time"], spans) == odd).all()
