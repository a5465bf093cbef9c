"""Drift of the base layer: quiet where nothing changed, loud where something did."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.usefixtures("flights_project")
TRIALS = 60
KINDS = {"x": "number", "c": "category", "b": "boolean"}


def ops(name: str) -> Any:
    return import_module(f"flights.ops.{name}")


def features() -> Any:
    return ops("settings").read_settings().data.features


def limits(**changed: Any) -> Any:
    return ops("settings").Drift(**{"significance": 0.01, "effect": 0.1, "rows": 100, **changed})


@pytest.fixture(scope="module")
def month(flights_project: Path) -> pd.DataFrame:
    """A quarter of real flights, to draw windows from."""
    rows = import_module("flights.data").load("2013-05-01", "2013-08-01")
    return ops("schema").conform(rows, features())


def halves(rows: pd.DataFrame, size: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two windows of `size` rows without a row in common (with replacement where too few)."""
    drawn = rows.sample(2 * size, random_state=seed, replace=2 * size > len(rows))
    return drawn.iloc[:size], drawn.iloc[size:]


@pytest.mark.parametrize("size", [200, 500, 5000])
def test_windows_of_one_distribution_are_quiet(month: pd.DataFrame, size: int) -> None:
    alarms = sum(
        bool(ops("drift").compare(*halves(month, size, seed), features(), limits()).drifted)
        for seed in range(TRIALS)
    )
    assert alarms / TRIALS <= 0.02


@pytest.mark.parametrize("size", [500, 2500])
@pytest.mark.parametrize("column", ["distance", "temp", "hour"])
def test_a_shift_of_one_standard_deviation_is_named_and_nothing_else(
    month: pd.DataFrame, column: str, size: int
) -> None:
    for seed in range(10):
        left, right = halves(month, size, seed)
        right = right.assign(**{column: right[column] + month[column].std()})
        found = ops("drift").compare(left, right, features(), limits())
        assert found.drifted == (column,)


@pytest.mark.parametrize("size", [500, 2500])
@pytest.mark.parametrize("column", ["carrier", "dest", "origin"])
def test_a_category_that_takes_over_is_named_and_nothing_else(
    month: pd.DataFrame, column: str, size: int
) -> None:
    for seed in range(10):
        left, right = halves(month, size, seed)
        top = right[column].mode()[0]
        swapped = right[column].where(np.arange(size) % 2 == 0, top)
        found = ops("drift").compare(left, right.assign(**{column: swapped}), features(), limits())
        assert found.drifted == (column,)


def test_values_that_go_missing_are_drift(month: pd.DataFrame) -> None:
    left, right = halves(month, 1000, 1)
    absent = right["temp"].where(np.arange(1000) % 4 > 0)
    found = ops("drift").compare(left, right.assign(temp=absent), features(), limits())
    assert found.drifted == ("temp",)
    temp = next(one for one in found.columns if one.name == "temp")
    assert temp.test == "missing share"
    assert temp.note.startswith("(missing)")


def test_a_small_change_of_a_large_table_is_no_drift(month: pd.DataFrame) -> None:
    left, right = halves(month, 20_000, 1)
    right = right.assign(distance=right["distance"] * 1.01)
    found = ops("drift").compare(left, right, features(), limits())
    distance = next(one for one in found.columns if one.name == "distance")
    assert distance.p_value < 0.01
    assert found.drifted == ()


def test_few_rows_are_for_a_person_to_judge(month: pd.DataFrame) -> None:
    with pytest.raises(ops("errors").Undecided, match="99 rows are too few") as caught:
        ops("drift").compare(month.iloc[:99], month, features(), limits())
    assert caught.value.exit_code == 3


def test_holms_correction_gives_the_published_values() -> None:
    assert ops("drift").holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_rare_values_that_all_give_way_to_others_are_drift() -> None:
    columns = [ops("schema").Column("c", "category")]
    before, after = (
        pd.DataFrame({"c": [f"{letter}{place % 60}" for place in range(200)]}) for letter in "ij"
    )
    found = ops("drift").compare(before, after, columns, limits())
    assert found.drifted == ("c",)


def test_values_that_are_all_different_are_quiet_and_of_no_effect() -> None:
    columns = [ops("schema").Column("c", "category")]
    names = np.random.default_rng(0).permutation([f"i{place}" for place in range(400)])
    before, after = pd.DataFrame({"c": names[:200]}), pd.DataFrame({"c": names[200:]})
    found = ops("drift").compare(before, after, columns, limits())
    assert found.drifted == ()
    assert found.columns[0].effect == pytest.approx(0, abs=1e-6)


def test_one_rare_row_in_a_small_window_is_as_likely_as_it_is() -> None:
    columns = [ops("schema").Column("c", "category")]
    before = pd.DataFrame({"c": ["a", "b"] * 10_000})
    after = pd.DataFrame({"c": ["a", "b"] * 50 + ["never seen"]})
    found = ops("drift").compare(before, after, columns, limits())
    assert found.columns[0].p_value == pytest.approx(2 * 101 / 20_101)


def test_a_value_written_otherwise_in_a_small_window_is_drift() -> None:
    columns = [ops("schema").Column("c", "category")]
    before = pd.DataFrame({"c": ["yes", "no"] * 10_000})
    after = pd.DataFrame({"c": ["yes", "No"] * 50})
    assert ops("drift").compare(before, after, columns, limits()).drifted == ("c",)


def odd_frame(rows: int, values: dict[str, list[Any]], seed: int) -> pd.DataFrame:
    drawn = np.random.default_rng(seed)
    places = {name: drawn.integers(len(known), size=rows) for name, known in values.items()}
    return pd.DataFrame({name: [values[name][at] for at in places[name]] for name in values})


def some(known: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.none() | known, min_size=1, max_size=5)


FRAMES = st.builds(
    odd_frame,
    st.integers(100, 140),
    st.fixed_dictionaries(
        {
            "x": some(st.floats(-1e9, 1e9)),
            "c": some(st.sampled_from(["", "a", "(missing)", "ü"])),
            "b": some(st.sampled_from([0.0, 1.0])),
        }
    ),
    st.integers(0, 99),
)


@given(FRAMES, FRAMES)
@settings(max_examples=40)
def test_odd_tables_are_judged_and_the_verdict_has_no_direction(left: Any, right: Any) -> None:
    columns = [ops("schema").Column(name, kind, nullable=True) for name, kind in KINDS.items()]
    frames = [ops("schema").conform(side, columns) for side in (left, right)]
    there = ops("drift").compare(*frames, columns, limits())
    back = ops("drift").compare(*frames[::-1], columns, limits())
    assert there.drifted == back.drifted
    for one in there.columns:
        assert 0 <= one.p_value <= 1
        assert 0 <= one.effect <= 1


@pytest.mark.parametrize("suffix", ["html", "png", "svg"])
def test_a_picture_is_one_file_and_takes_names_as_data(tmp_path: Path, suffix: str) -> None:
    columns = [ops("schema").Column(name, "number") for name in ("<script>", "$x^$", "a")]
    left = pd.DataFrame({one.name: np.arange(200.0) for one in columns})
    found = ops("drift").compare(left, left + 100, columns, limits())
    path = tmp_path / "made" / f"drift.{suffix}"
    ops("drift_picture").draw(found, left, left + 100, path)
    content = path.read_bytes()
    assert list(path.parent.iterdir()) == [path]
    if suffix == "png":
        assert content.startswith(b"\x89PNG")
    else:
        assert b"<script>" not in content
        assert b"<svg" in content


def test_a_picture_takes_any_text_and_any_numbers(tmp_path: Path) -> None:
    kinds = {"x": "number", "東京": "category"}
    columns = [ops("schema").Column(name, kind) for name, kind in kinds.items()]
    left = pd.DataFrame({"x": [1e16] * 199 + [1e16 + 2], "東京": ["a\x00b", "c\x1b$"] * 100})
    found = ops("drift").compare(left, left, columns, limits())
    path = tmp_path / "drift.svg"
    ops("drift_picture").draw(found, left, left, path)
    assert ElementTree.parse(path).getroot().tag.endswith("svg")


def test_a_picture_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ops("errors").InvalidTable, match="no picture"):
        ops("drift_picture").check_picture(tmp_path / "drift.gif")
