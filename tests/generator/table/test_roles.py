"""Which column may be target, time or key, and what is left to learn from."""

from __future__ import annotations

from typing import Any

import pytest

from generator.errors import GeneratorError
from generator.table import Wish
from tests.generator.table.place import ROWS, Place, X, Y


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish("Y "), "--target: there is no column 'Y '"),
        (Wish("y", time="tme"), "--time: there is no column 'tme'"),
        (Wish("y", key="nothing"), "--key: there is no column 'nothing'"),
        (Wish("y", time="y"), "cannot be --target and --time at once"),
        (Wish("y", key="y"), "cannot be --target and --key at once"),
        (Wish("y", time="k", key="k"), "cannot be --time and --key at once"),
        (Wish("y", time="x"), "--time: not every value of column 'x' is a time"),
        (Wish("y", time="gap"), "rows have no time in column 'gap'"),
        (Wish("y", time="same"), "share one time"),
        (Wish("y", key="x"), "--key: column 'x' holds number values"),
        (Wish("y", key="hole"), "1 rows have no value in column 'hole'"),
        (Wish("y", key="twice"), "58 values of column 'twice' occur again"),
        (Wish("y", key="prediction"), "the answers have a column 'prediction' of their own"),
        (Wish("y", key="score_a"), "the answers have a column 'score_a' of their own"),
    ],
)
def test_a_role_that_a_column_cannot_have_is_refused(place: Place, wish: Wish, said: str) -> None:
    days = [f"2013-01-{number % 28 + 1:02}" for number in range(ROWS)]
    columns = {
        "x": X,
        "k": range(ROWS),
        "time": days,
        "gap": [*days[:-1], ""],
        "same": ["2013-01-01"] * ROWS,
        "hole": ["", *range(1, ROWS)],
        "twice": [f"{number % 2}" for number in range(ROWS)],
        "prediction": range(ROWS),
        "score_a": range(ROWS),
        "y": Y,
    }
    assert said in place.refused(columns, wish)


def test_a_name_that_is_near_is_offered(place: Place) -> None:
    with pytest.raises(GeneratorError) as caught:
        place.look({"x": X, "Outcome": Y}, Wish("outcom"))
    assert caught.value.hint == "did you mean 'Outcome'?"


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"y": Y}, "no column to learn from"),
        ({"e": [""] * ROWS, "c": ["1"] * ROWS, "y": Y}, "'e': it has no value; 'c': it has the"),
        ({"w": [f"w{n % 40}" for n in range(ROWS)], "y": Y}, "free text alone"),
        ({"x": X[:49], "y": Y[:49]}, "49 rows are too few"),
        ({"x": [], "y": []}, "0 rows are too few"),
    ],
)
def test_a_table_that_teaches_nothing_is_refused(
    place: Place, columns: dict[str, Any], said: str
) -> None:
    assert said in place.refused(columns)
