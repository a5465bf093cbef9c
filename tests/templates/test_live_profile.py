"""Profiles: as if all rows had been seen at once, in a size that does not grow."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

Part = Callable[[str], ModuleType]

numbers = st.one_of(st.none(), st.floats(-1e6, 1e6), st.integers(-3, 3).map(float))
texts = st.none() | st.sampled_from(["a", "b", "c", "new"])
tables = st.lists(st.tuples(numbers, texts), max_size=30)


def columns(live: Part) -> list[Any]:
    column = live("schema").Column
    return [column("x", "number", True), column("c", "category", True), column("t", "text")]


def table(rows: list[tuple[Any, Any]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "x": pd.Series([x for x, _ in rows], dtype="float64"),
            "c": pd.Series([c for _, c in rows], dtype="object"),
            "t": pd.Series(["text"] * len(rows), dtype="object"),
        }
    )


def cells(live: Part) -> Any:
    rows: list[tuple[Any, Any]] = [*((float(x), "ab"[x % 2]) for x in range(200)), (None, None)]
    return live("monitoring.profile").scales(table(rows), columns(live))


def same(one: Any, other: Any) -> bool:
    pairs = zip(one.counts, other.counts, strict=True)
    return bool(one.rows == other.rows and all((a == b).all() for a, b in pairs))


@given(st.lists(tables, min_size=3, max_size=3))
def test_profiles_are_added_in_any_order_as_if_all_rows_were_seen_at_once(
    live: Part, parts: list[list[tuple[Any, Any]]]
) -> None:
    made, scales = live("monitoring.profile").profile, cells(live)
    a, b, c = (made([table(part)], scales) for part in parts)
    whole = made([table([row for part in parts for row in part])], scales)
    assert same((a + b) + c, whole)
    assert same(a + (b + c), whole)
    assert same(c + a + b, whole)
    assert same(made(map(table, parts), scales), whole)


@given(tables)
def test_every_row_lies_in_one_cell(live: Part, rows: list[tuple[Any, Any]]) -> None:
    found = live("monitoring.profile").profile([table(rows)], cells(live))
    assert [int(counts.sum()) for counts in found.counts] == [len(rows)] * 2
    missing = [sum(value is None for value in side) for side in zip(*rows, strict=True)]
    assert [int(counts[-1]) for counts in found.counts] == (missing or [0, 0])


@given(tables)
def test_a_profile_is_read_as_it_was_written(live: Part, rows: list[tuple[Any, Any]]) -> None:
    part, scales = live("monitoring.profile"), cells(live)
    found = part.profile([table(rows)], scales)
    told = json.loads(json.dumps([part.written_scales(scales), part.written(found)]))
    assert part.read_scales(told[0]) == scales
    assert same(part.read(told[1], part.read_scales(told[0])), found)


def test_profiles_of_other_cells_are_not_added(live: Part) -> None:
    part = live("monitoring.profile")
    others = part.scales(table([(1.0, "z")]), columns(live))
    with pytest.raises(ValueError, match="cells"):
        part.profile([], cells(live)) + part.profile([], others)


def test_the_size_does_not_grow_with_rows_or_categories(live: Part) -> None:
    part = live("monitoring.profile")
    chance = np.random.default_rng(0)
    rows = [(float(x), f"c{x}") for x in chance.normal(size=5000)]
    scales = part.scales(table(rows), columns(live))
    assert len(scales[0].edges) <= part.CELLS
    assert len(scales[1].names) == part.CATEGORIES


def test_the_distance_is_nearly_that_of_all_values(live: Part) -> None:
    from scipy.stats import ks_2samp

    part, change = live("monitoring.profile"), live("monitoring.change").change
    chance = np.random.default_rng(0)
    left, right = chance.normal(size=20_000), chance.normal(0.2, size=20_000)
    sides = [table([(x, "a") for x in side]) for side in (left, right)]
    scales = part.scales(sides[0], columns(live))
    both = [part.profile([side], scales).counts[0] for side in sides]
    found = change(scales[0], *both)
    wanted = ks_2samp(left, right)
    assert abs(found.size - wanted.statistic) < 0.02
    assert found.p_value < 1e-50


def test_a_change_is_told_in_words(live: Part) -> None:
    part, change = live("monitoring.profile"), live("monitoring.change").change
    scales = cells(live)

    def note(place: int, before: list[Any], after: list[Any]) -> str:
        sides = [table(side) for side in (before, after)]
        counts = [part.profile([side], scales).counts[place] for side in sides]
        return str(change(scales[place], *counts).note)

    some: list[Any] = [(float(x), "a") for x in range(100)]
    assert note(0, some, [(x + 100, c) for x, c in some]) == "median 50 -> 149"
    assert note(0, some, [(None, c) for _, c in some]) == "missing 0.0% -> 100.0%"
    assert note(1, some, [(x, "new") for x, _ in some]) == "a 100.0% -> 0.0%"


def test_rows_too_few_for_any_window_are_told(live: Part) -> None:
    part = live("monitoring.steps")
    limits = SimpleNamespace(hours=24.0, rows=100)
    work = SimpleNamespace(settings=SimpleNamespace(data=SimpleNamespace(time="time")))
    assert [*part._note(work, limits, 1)] == []
    (said,) = part._note(work, limits, 0)
    assert said.startswith("no window of 24 hours holds enough rows")
