"""The copy that a project gets: the values, and the order of the rows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from generator.table import Wish, survey
from tests.generator.table.place import ROWS, Place, Y, text


@pytest.mark.parametrize(
    "labels",
    [sorted(Y), list(map(str, range(ROWS))), [str(number) for number in reversed(range(ROWS))]],
)
def test_rows_that_lie_sorted_by_the_target_are_mixed(
    place: Place, tmp_path: Path, labels: list[str]
) -> None:
    columns = {"x": [number * 7 % 31 for number in range(ROWS)], "y": labels}
    with survey(place.path(text(columns)), Wish("y")) as found:
        assert found.is_mixed
        found.fill(tmp_path)
    assert any("sorted by the target" in one for one in found.remarks)
    copy = pd.read_parquet(tmp_path / "data/table.parquet")
    asked = pd.read_csv(tmp_path / "own.csv")
    assert copy["y"].tolist() != asked["y"].tolist()
    order = ["y", "x"]
    pd.testing.assert_frame_equal(
        copy.sort_values(order, ignore_index=True), asked.sort_values(order, ignore_index=True)
    )


def test_the_copy_holds_the_values_in_the_order_of_the_file(place: Place, tmp_path: Path) -> None:
    columns = {
        "code": ["007", "NA", "12"] * 20,
        "n": ["1", "", "3"] * 20,
        "b": ["true", "FALSE", ""] * 20,
        "t": ["2013-01-01T10:00:00+02:00", "2013-01-02", "2013-01-03T00:00:00Z"] * 20,
        "id": [f"id-{number}" for number in range(ROWS)],
        "y": Y,
    }
    with survey(place.path(text(columns)), Wish("y")) as found:
        found.fill(tmp_path)
    copy = pd.read_parquet(tmp_path / "data/table.parquet")
    assert list(copy) == list(columns)
    assert copy["code"].tolist() == columns["code"]
    assert copy["id"].tolist() == columns["id"]
    assert copy["n"].dropna().tolist() == [1, 3] * 20
    assert copy["b"].tolist()[:3] == [True, False, None]
    assert copy["t"].tolist()[0] == pd.Timestamp("2013-01-01T08:00:00")
