"""A fault, also after the world changed, waits in quarantine, and no training learns from it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pandas as pd
import pytest

from tests.templates.batches import A_DAY, DAYS, START, Part, day, found, table


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


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("change", [raised, turned])
@pytest.mark.parametrize("which", [49, 53, DAYS - 1])
def test_a_fault_after_the_world_changed_is_in_quarantine(
    closed: Part, batched: Any, change: Any, fault: Any, which: int
) -> None:
    rows, told = found(closed, batched, fault(change(table(), 47), which))
    assert (told.odd == day(rows, which).to_numpy()).all()
    assert told.changed == (START + pd.Timedelta(days=47)).isoformat()


def test_what_is_odd_in_several_batches_after_a_change_is_the_world_too(
    closed: Part, batched: Any
) -> None:
    rows = raised(table(), 47)
    for which in range(DAYS - 3, DAYS):
        rows = constant(rows, which)
    rows, told = found(closed, batched, rows)
    assert not told.odd.any()
    rows, told = found(closed, batched, rows, confirm=4)
    assert (told.odd == day(rows, *range(DAYS - 3, DAYS)).to_numpy()).all()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("since", [None, 47])
def test_a_training_on_the_rows_since_a_change_leaves_out_odd_ones(
    closed: Part, batched: Any, monkeypatch: pytest.MonkeyPatch, fault: Any, since: int | None
) -> None:
    rows = fault(raised(table(), since) if since else table(), 53)
    given(monkeypatch, rows)
    start = (START + pd.Timedelta(days=47)).isoformat()
    order = closed("steps").Order(start, rows["time"].max().isoformat())
    part = closed("rows").labelled_rows(batched, *map(pd.Timestamp, (order.start, order.end)))
    work = closed("pipeline.pipeline").Pipeline(batched, order, None, part)
    left = closed("loop.quarantine").quarantine(work)
    days = (part.clock - START).dt.days
    assert set(days) - set((left.rows.clock - START).dt.days) == {53}
    assert len(left.rows) == (days != 53).sum()
    assert (START + pd.Timedelta(days=53)).isoformat() in left.tags["quarantine"]


def test_a_training_is_told_nothing_of_odd_batches_before_its_rows(
    closed: Part, batched: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, flipped(table(), 50))
    part = closed("rows").labelled_rows(batched, START + pd.Timedelta(days=52))
    order = closed("steps").Order((START + pd.Timedelta(days=52)).isoformat())
    work = closed("pipeline.pipeline").Pipeline(batched, order, None, part)
    assert closed("loop.quarantine").quarantine(work).said == "no batch is odd"


@pytest.mark.parametrize("fault", FAULTS)
def test_rows_of_a_fault_after_a_change_are_not_fresh(
    closed: Part, batched: Any, monkeypatch: pytest.MonkeyPatch, fault: Any
) -> None:
    given(monkeypatch, fault(raised(table(), 47), 53))
    limits = closed("loop.limits").read_limits(batched.root)
    fresh = closed("loop.batches").doubted(batched, None, None, limits)
    assert fresh.rows == (DAYS - 47 - 1) * A_DAY
    assert (START + pd.Timedelta(days=53)).isoformat() in fresh.said


def test_what_was_left_out_is_found_again(closed: Part, batched: Any) -> None:
    part = closed("loop.quarantine")
    rows = table()
    odd = day(rows, 3, 4, 9).to_numpy()
    spans = part._spans(rows["time"], odd)
    assert len(spans) == 2
    assert (part._inside(batched, rows["time"], spans) == odd).all()
