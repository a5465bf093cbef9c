"""What a person should look at, said of a table that is taken."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from generator.table import Wish
from tests.generator.table.place import ROWS, Place, X, Y


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"id": range(5, ROWS + 5)}, "'id' is left out: it counts the rows"),
        ({"id": [f"w{n}" for n in range(ROWS)]}, "'id' is left out: its text never repeats"),
        (
            {"d": [f"{n % 28 + 1:02}.{n % 12 + 1:02}.{1900 + n}" for n in range(ROWS)]},
            "'d' is left out: its text never repeats; --key makes it the name of a row; its dates",
        ),
        ({"id": [n * n for n in range(ROWS)]}, "'id' looks like an id"),
        ({"a": [f"{n}" for n in range(20)] + [""] * 40}, "67% of its values are missing"),
        ({"a": [""] * ROWS}, "'a' is left out: it has no value"),
        ({"a": ["1"] * ROWS}, "'a' is left out: it has the same value"),
        ({"a": ["1"] * 50 + ["x"] * 10}, "mixed types, no number in 10 of 60 values"),
        ({"a": [f"{n % 28 + 1}.12.2013" for n in range(ROWS)]}, "dates are text of another form"),
        ({"a": ["1,5", "2,5"] * 30}, "decimal comma"),
        ({"a": ["NA", "b", "c"] * 20}, "20 values say NA or the like"),
        ({"my col": ["1", "2", "3"] * 20}, "no names for code: 'my col'"),
        ({"a": [f"w{n % 40}" for n in range(ROWS)]}, "different values: the shipped model"),
        ({"a": [{"up": 1, "down": 2}[y] for y in Y]}, "'a' is a copy of the target"),
        ({"a": [{"up": "U", "down": "D"}[y] for y in Y]}, "'a' is a copy of the target"),
    ],
)
def test_what_a_person_should_look_at_is_said(
    place: Place, columns: dict[str, Any], said: str
) -> None:
    found = place.look({**columns, "x": X, "y": Y})
    assert any(said in one for one in found.remarks), found.remarks


def test_a_near_copy_of_a_number_is_said_and_a_hint_of_it_is_not(place: Place) -> None:
    y = [number * 1.7 for number in range(ROWS)]
    near = [2e300 * value + (number % 2) * 1e299 for number, value in enumerate(y)]
    far = [value + number * 37 % 23 for number, value in enumerate(y)]
    said = "\n".join(place.look({"near": near, "far": far, "y": y}).remarks)
    assert "'near' is a copy of the target" in said
    assert "'far'" not in said


def test_times_stored_as_text_are_said(place: Place) -> None:
    days = [f"2013-01-{number % 28 + 1:02}" for number in range(ROWS)]
    found = place.look(
        pd.DataFrame({"t": days, "x": range(0, 2 * ROWS, 2), "y": Y}), Wish("y", time="t")
    )
    assert any("stored as text; they are read as times" in one for one in found.remarks)


def test_a_column_without_a_name_is_told(place: Place) -> None:
    found = place.look({"": X, "x": [2 * one for one in X], "y": Y})
    assert "'Unnamed: 0': the file gives the column no name" in found.remarks


def test_a_clean_table_needs_no_warning(place: Place) -> None:
    assert place.look({"x": X, "y": Y}).remarks == ()
