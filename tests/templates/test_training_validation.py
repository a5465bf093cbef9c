"""Rows that are wrong as rows often are do not get through the shipped settings."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from generator.context import Table, TableColumn, choose
from generator.layers import discover, for_level, templates_folder
from generator.render import render
from tests.templates.conftest import Part


@pytest.fixture
def told(live: Part, live_project: Path) -> Any:
    """What is wrong with rows, by the settings that ship."""
    settings = live("settings").read_settings(live_project)
    limits = live("pipeline.limits").read_limits(settings)
    keyless = replace(settings, data=replace(settings.data, key=None))

    def told(rows: pd.DataFrame) -> set[tuple[str, str]]:
        found = live("pipeline.validation").validate(rows, keyless, limits)
        return {(one.check, one.column) for one in found}

    return told


@pytest.fixture
def flights(live_project: Path) -> pd.DataFrame:
    return pd.read_parquet(live_project / "data" / "flights.parquet")


def test_the_shipped_table_is_fit(told: Any, flights: pd.DataFrame) -> None:
    assert told(flights) == set()


@pytest.mark.parametrize("again", [1.0, 0.5])
def test_rows_that_were_appended_again_are_found_without_a_key(
    told: Any, flights: pd.DataFrame, again: float
) -> None:
    rows = pd.concat([flights, flights.head(int(len(flights) * again))])
    assert told(rows) == {("more than 30% repeat an earlier row", "(table)")}


def test_rows_that_were_appended_as_texts_repeat_those_that_are_numbers(
    told: Any, flights: pd.DataFrame
) -> None:
    rows = pd.concat([flights, flights.astype({"hour": "str"})])
    assert ("more than 30% repeat an earlier row", "(table)") in told(rows)


def test_values_of_a_kind_of_their_own_are_told_apart(told: Any, flights: pd.DataFrame) -> None:
    parts = pd.ArrowDtype(pa.struct([("part", pa.int64())]))
    values = pd.Series([{"part": number} for number in range(len(flights))], dtype=parts)
    assert told(flights.assign(more=values)) == set()


@pytest.mark.parametrize("kind", ["category", "string", "object", pd.ArrowDtype(pa.string())])
def test_a_word_for_nothing_is_no_number_that_is_wrong(
    told: Any, flights: pd.DataFrame, kind: Any
) -> None:
    temperatures = flights["temp"].astype("str").where(flights["temp"].notna(), "NA").astype(kind)
    assert told(flights.assign(temp=temperatures)) == set()


def test_a_distance_that_no_flight_has_is_found(told: Any, flights: pd.DataFrame) -> None:
    assert told(flights.assign(distance=-1e12)) == {("outside of 0 to 6000", "distance")}


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_ranges_are_those_of_columns_of_the_shipped_table(task: Any) -> None:
    settings = written(choose("flights", task))
    names = {column["name"] for column in settings["data"]["schema"]}
    assert set(settings["validation"]["ranges"]) - names == set()
    assert "distance" in settings["validation"]["ranges"]


def test_no_range_is_made_up_for_a_table_of_ones_own() -> None:
    columns = (TableColumn(name="distance", kind="number"), TableColumn(name="y", kind="number"))
    told: Any = {"path": "x.csv", "target": "y", "metric": "mae", "direction": "lower"}
    own = Table(columns=columns, **told)
    assert written(choose("own", table=own))["validation"]["ranges"] == {}


@pytest.mark.parametrize(
    ("time", "age", "ranges", "said"),
    [
        ("time", 0, {}, ["not checked: ranges, freshness; see [validation]"]),
        ("time", 7, {"distance": [0, 1]}, []),
        (
            None,
            7,
            {"distance": [0, 1]},
            ["not checked: freshness, repeated rows (no time column); see [validation]"],
        ),
    ],
)
def test_what_nobody_looks_at_is_told(
    live: Part, live_project: Path, time: str | None, age: int, ranges: Any, said: list[str]
) -> None:
    settings = live("settings").read_settings(live_project)
    limits = live("pipeline.limits").read_limits(settings)
    settings = replace(settings, data=replace(settings.data, time=time))
    found = live("pipeline.validation").unchecked(settings, replace(limits, age=age, ranges=ranges))
    assert list(found) == said


@pytest.mark.parametrize(
    ("moment", "again", "fit"),
    [
        ("2014-01-03T00:00:00+00:00", False, True),
        ("2014-02-03T00:00:00+00:00", False, False),
        ("2014-02-03T00:00:00+00:00", True, True),
        (None, False, False),
        (None, True, True),
    ],
)
def test_rows_are_as_old_as_they_were_at_the_moment_of_the_run(
    live: Part,
    live_project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    moment: str | None,
    again: bool,
    fit: bool,
) -> None:
    """A version that is trained again had rows that were new enough."""
    if again:
        monkeypatch.setenv("OPS_AGAIN", "{}")
    text = (live_project / "settings.toml").read_text()
    assert "\nage = 0" in text
    (tmp_path / "settings.toml").write_text(text.replace("\nage = 0", "\nage = 7"))
    settings = live("settings").read_settings(tmp_path)
    order, raw = live("steps").Order(moment=moment), live("rows").loaded(settings)
    part, run = live("pipeline.pipeline"), SimpleNamespace(text=lambda *told: None)
    work = part.Pipeline(settings, order, None, raw=raw, run=run)
    if fit:
        assert len(part.check(work).rows) == len(raw)
        return
    with pytest.raises(live("errors").InvalidTable, match="older than 7 days"):
        part.check(work)


def written(context: Any) -> dict[str, Any]:
    """The settings of a project of level 2."""
    tree = render(for_level(discover(templates_folder()), 2), context)
    return tomllib.loads(tree["settings.toml"].content.decode())
