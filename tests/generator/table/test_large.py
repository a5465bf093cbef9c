"""A file that is too large to be copied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from generator.errors import GeneratorError
from generator.table import Wish, survey
from generator.table import source as module
from tests.generator.table.place import BODY, ROWS, Place, X, Y, text


@pytest.fixture(autouse=True)
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REFERENCED_ABOVE", 100)


def test_it_is_read_where_it_lies(place: Place, tmp_path: Path) -> None:
    path = place.path(f"x,y\n{BODY}")
    with survey(path, Wish("y")) as found:
        found.fill(tmp_path / "project")
    assert found.table.path == str(path.resolve())
    assert not (tmp_path / "project").exists()


def test_rows_that_lie_sorted_are_said(place: Place) -> None:
    found = place.look({"x": X, "y": sorted(Y)})
    assert not found.is_mixed
    assert any("what is held out is unlike" in one for one in found.remarks)


@pytest.mark.parametrize(
    ("content", "wish", "said"),
    [
        (text({"x": X, "y": Y}, ";"), Wish("y"), "not parted by commas"),
        (
            text({"t": ["2013-01-01", "2013-01-02 10:00", "2013-01-03"] * 20, "x": X, "y": Y}),
            Wish("y", time="t"),
            "written in several ways",
        ),
        (
            pd.DataFrame({"x": [float("inf"), *range(ROWS - 1)], "y": Y}),
            Wish("y"),
            "infinite values",
        ),
    ],
)
def test_what_the_project_could_not_read_is_refused(
    place: Place, content: Any, wish: Wish, said: str
) -> None:
    assert said in place.refused(content, wish)


def test_a_parquet_file_with_an_index_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.parquet"
    frame = pd.DataFrame({"x": [1, 2, 4] * 20, "y": Y}, index=pd.Index(["i"] * ROWS, name="i"))
    frame.to_parquet(path)
    with pytest.raises(GeneratorError, match="index"), survey(path, Wish("y")):
        pass


def test_a_table_that_stays_keeps_infinite_numbers_as_text(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REFERENCED_ABOVE", 0)
    found = place.look({"x": ["inf", *range(ROWS - 1)], "z": X, "y": Y})
    told = f"no number in 1 of {ROWS} values: kept as text"
    assert any(told in one for one in found.remarks)
