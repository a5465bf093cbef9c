"""Which kind a column is of, by its values, by its form, by the types of Parquet."""

from __future__ import annotations

import pandas as pd
import pytest

from generator.table import Wish
from tests.generator.table.place import ROWS, Place, X, Y, kinds


@pytest.mark.parametrize(
    ("values", "kind", "nullable"),
    [
        (["1.5", "2", "-3e-4"], "number", False),
        (["1", "-2", "30"], "integer", False),
        (["1", "", "30"], "integer", True),
        (["1", "NA", "30", "NaN"], "integer", True),
        (["1.5", "NULL", " 2.5"], "number", True),
        (["true", "FALSE", "true"], "boolean", False),
        (["True", "", "False"], "boolean", True),
        (["0", "1", "1"], "integer", False),
        (["yes", "no", "no"], "category", False),
        (["007", "012", "900"], "category", False),
        (["00.5", "01.5"], "category", False),
        (["+49", "+43"], "category", False),
        (["NA", "EU", "AS"], "category", False),
        (["a", "", "b"], "category", True),
        (["1", "2", "x"], "category", False),
        (["1e999", "1"], "category", False),
        (["1_000", "2_000"], "category", False),
        (["inf", "1.0"], "number", True),
        ([str(2**60), str(2**60 + 2)], "category", False),
        (["true", "1", "0"], "category", False),
        (["31.12.2013", "01.02.2013"], "category", False),
        (["é", "模", "🙂"], "category", False),
    ],
)
def test_a_kind_is_inferred_from_values(
    place: Place, values: list[str], kind: str, nullable: bool
) -> None:
    column = [values[number * 7 // 3 % len(values)] for number in range(ROWS)]
    assert set(column) == set(values)
    found = place.look({"a": column, "x": X, "y": Y})
    assert kinds(found)["a"] == (kind, nullable)


@pytest.mark.parametrize(
    "form",
    ["2013-{:02}-01", "2013/{:02}/01", "2013-{:02}-01 10:30", "2013-{:02}-01T10:30:00.5Z",
     "2013-{:02}-01T10:30:00+02:00", "2013-{:02}-01T10:30:00-0530"],
)  # fmt: skip
def test_a_time_is_known_by_its_form(place: Place, form: str) -> None:
    times = [form.format(number // 5 + 1) for number in range(ROWS)]
    found = place.look({"t": times, "x": X, "y": Y}, Wish("y", time="t"))
    assert kinds(found)["t"] == ("time", False)
    left = place.look({"t": times, "x": X, "y": Y})
    assert "t" not in kinds(left)
    assert any("'t' is left out" in one for one in left.remarks)


def test_types_of_parquet_are_taken_as_they_are(place: Place) -> None:
    frame = pd.DataFrame(
        {
            "i": pd.array([None, *range(ROWS - 1)], "Int64") % 7,
            "f": [float(number) for number in range(ROWS)],
            "b": [number % 2 == 0 for number in range(ROWS)],
            "zip": [f"{number % 9}" for number in range(ROWS)],
            "c": pd.Categorical(Y),
            "d": pd.date_range("2020-01-01", periods=ROWS, tz="Europe/Berlin"),
            "u": [2**60 + number % 5 for number in range(ROWS)],
            "n": [[1]] * ROWS,
            "bin": [b"x"] * ROWS,
            "y": Y,
        }
    )
    found = place.look(frame, Wish("y", time="d"))
    assert kinds(found) == {
        "d": ("time", False),
        "i": ("integer", True),
        "f": ("number", False),
        "b": ("boolean", False),
        "zip": ("category", False),
        "c": ("category", False),
        "u": ("category", False),
        "y": ("category", False),
    }
    said = "\n".join(found.remarks)
    assert "'n' is left out: its values are nested or binary" in said
    assert "'bin' is left out" in said
    assert "'zip': its numbers are stored as text" in said
    assert "'u': it holds whole numbers beyond" in said


def test_infinite_numbers_of_parquet_count_as_missing(place: Place) -> None:
    frame = pd.DataFrame({"x": [float("inf"), *range(ROWS - 1)], "y": Y})
    found = place.look(frame)
    assert kinds(found)["x"] == ("number", True)
    assert "'x': 1 infinite values count as missing" in found.remarks
