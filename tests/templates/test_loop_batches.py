"""Odd batches wait in quarantine; what is odd for several batches in a row is the world."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.templates.batches import A_DAY, DAYS, LEARNT, START, Part, day, found, put, table


def test_rows_as_usual_are_not_odd(closed: Part, batched: Any) -> None:
    _, told = found(closed, batched, table())
    assert not told.odd.any()
    assert told.changed is None


def test_a_champion_handed_over_without_its_rows_finds_nothing_odd_in_them(
    closed: Part, batched: Any
) -> None:
    put(closed, batched.root, {}, {})
    _, told = found(closed, batched, table())
    assert not told.odd.any()


def test_flipped_labels_of_one_batch_are_in_quarantine(closed: Part, batched: Any) -> None:
    rows = table()
    rows.loc[day(rows, 50), "y"] *= -1
    rows, told = found(closed, batched, rows)
    assert (told.odd == day(rows, 50).to_numpy()).all()
    assert "the champion loses" in next(iter(told.why.values()))


def test_a_column_with_one_value_is_in_quarantine(closed: Part, batched: Any) -> None:
    rows = table()
    rows.loc[day(rows, 51), "z"] = 0.0
    rows, told = found(closed, batched, rows)
    assert (told.odd == day(rows, 51).to_numpy()).all()
    assert list(told.why.values()) == ["z has one value"]


def test_ten_times_the_volume_is_in_quarantine(closed: Part, batched: Any) -> None:
    rows = table()
    rows = pd.concat([rows, *[rows[day(rows, 52)]] * 9])
    rows, told = found(closed, batched, rows)
    assert (told.odd == day(rows, 52).to_numpy()).all()
    assert "400 rows" in next(iter(told.why.values()))


def test_what_is_odd_in_several_batches_up_to_the_newest_is_the_world(
    closed: Part, batched: Any
) -> None:
    rows = table()
    last = range(DAYS - 3, DAYS)
    rows.loc[day(rows, *last), "y"] *= -1
    rows, told = found(closed, batched, rows)
    assert not told.odd.any()
    assert told.changed == (START + pd.Timedelta(days=DAYS - 3)).isoformat()
    rows, told = found(closed, batched, rows, confirm=4)
    assert (told.odd == day(rows, *last).to_numpy()).all()
    assert told.changed is None


def test_odd_batches_before_the_world_changed_stay_in_quarantine(
    closed: Part, batched: Any
) -> None:
    rows = table()
    rows.loc[day(rows, 50, *range(DAYS - 3, DAYS)), "y"] *= -1
    rows, told = found(closed, batched, rows)
    assert (told.odd == day(rows, 50).to_numpy()).all()
    assert told.changed == (START + pd.Timedelta(days=DAYS - 3)).isoformat()


def test_what_is_less_than_odd_and_goes_on_is_the_world(closed: Part, batched: Any) -> None:
    rows = table()
    rows.loc[day(rows, *range(DAYS - 8, DAYS)), "y"] += 1.0
    rows, told = found(closed, batched, rows)
    assert not told.odd.any()
    assert told.changed == (START + pd.Timedelta(days=DAYS - 8)).isoformat()
    assert "the champion loses" in told.since


def test_what_is_less_than_odd_and_is_over_is_not(closed: Part, batched: Any) -> None:
    rows = table()
    rows.loc[day(rows, *range(DAYS - 14, DAYS - 8)), "y"] += 1.0
    rows, told = found(closed, batched, rows)
    assert told.changed is None


def test_where_the_world_changed_twice_the_newest_change_counts(closed: Part, batched: Any) -> None:
    rows = table()
    rows.loc[day(rows, *range(DAYS - 12, DAYS - 5)), "y"] += 1.0
    rows.loc[day(rows, *range(DAYS - 5, DAYS)), "y"] *= -1
    rows, told = found(closed, batched, rows)
    assert told.changed == (START + pd.Timedelta(days=DAYS - 5)).isoformat()


def test_a_newest_batch_with_few_rows_does_not_end_a_change(closed: Part, batched: Any) -> None:
    rows = table()
    rows.loc[day(rows, *range(DAYS - 4, DAYS)), "y"] *= -1
    rows, told = found(closed, batched, rows.head(len(rows) - A_DAY + 5))
    assert told.changed == (START + pd.Timedelta(days=DAYS - 4)).isoformat()


def grown(rows: pd.DataFrame, since: int, until: int = DAYS) -> pd.DataFrame:
    return pd.concat([rows, *[rows[day(rows, *range(since, until))]] * 5])


@pytest.mark.parametrize("since", [15, 25, LEARNT - 8])
def test_traffic_that_has_grown_for_good_is_usual(closed: Part, batched: Any, since: int) -> None:
    _, told = found(closed, batched, grown(table(), since))
    assert not told.odd.any()
    assert told.changed is None


def test_what_follows_quiet_weeks_is_usual(closed: Part, batched: Any) -> None:
    rows = table()
    quiet = day(rows, *range(LEARNT - 10, LEARNT))
    _, told = found(closed, batched, pd.concat([rows[~quiet], rows[quiet].iloc[::8]]))
    assert not told.odd.any()
    assert told.changed is None


def test_traffic_that_grows_after_training_is_the_world(closed: Part, batched: Any) -> None:
    _, told = found(closed, batched, grown(table(), 55))
    assert not told.odd.any()
    assert told.changed in [(START + pd.Timedelta(days=days)).isoformat() for days in (54, 55)]


def test_between_two_changes_nothing_is_in_quarantine(closed: Part, batched: Any) -> None:
    rows = table()
    rows.loc[day(rows, *range(48, 54)), "y"] += 1.5
    rows.loc[day(rows, *range(54, DAYS)), "y"] *= -1
    _, told = found(closed, batched, rows)
    assert not told.odd.any()
    assert told.changed == (START + pd.Timedelta(days=54)).isoformat()


def test_three_batches_alike_by_chance_make_no_other_odd(closed: Part) -> None:
    """Two of them lie close together: what is usual is told by how batches differed before."""
    part = closed("loop.losing")
    counts, means = np.full(4, 5000), np.array([1.0, 1.001, 1.002, 1.05])
    costs = part.Costs(counts, counts * means, counts * (means**2 + 0.01))
    lost = part.Lost(np.zeros(4), [""] * 4, costs, 0.05)
    assert np.abs(lost.since(0).deviations).max() < 2


def test_rows_are_fresh_though_a_person_trained_on_a_window_that_ends_after_all_of_them(
    closed: Part, batched: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = table()
    told = rows.assign(key=rows.index, label=rows["y"], known=rows["time"])
    data = import_module("closed.data")
    monkeypatch.setattr(data, "load", lambda *words: rows)
    monkeypatch.setattr(data, "labels", lambda *words: told[["key", "label", "known"]])
    seen = (START + pd.Timedelta(days=DAYS - 2)).isoformat()
    tags = {"until": "2099-01-01", "known_until": seen}
    trained = [closed("registry.versions").Version(2, "", tags)]
    until = closed("loop.signals").seen_until(batched, trained)
    limits = closed("loop.limits").read_limits(batched.root)
    assert closed("loop.batches").doubted(batched, until, None, limits).rows == 2 * A_DAY
