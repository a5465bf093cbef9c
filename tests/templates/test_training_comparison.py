"""How far rows have moved from those of the champion is told, or why it cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.templates.conftest import Part


@pytest.fixture
def drift(live: Part, live_project: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Drift of the flights from August on, for a champion of a window, from a table of today."""
    comparison, data = live("pipeline.comparison"), live("rows")
    settings = live("settings").read_settings(live_project)
    flights = pd.read_parquet(live_project / "data" / "flights.parquet").sort_values("time")
    told = pd.DataFrame(
        {"key": flights["flight_id"], "label": flights["air_time"], "known": flights["time"]}
    ).set_index("key")
    later = data.joined(settings, flights[flights["time"] >= "2013-08-01"], told)

    def drift(first_left: str) -> Any:
        left = flights[flights["time"] >= first_left]

        def loaded(settings: Any, start: Any, end: Any) -> pd.DataFrame:
            return left[(left["time"] >= start) & (left["time"] < end)]

        monkeypatch.setattr(comparison, "loaded", loaded)
        monkeypatch.setattr(comparison, "told_labels", lambda *words: told)
        window = {"start": "2013-01-01", "end": "2013-06-01"}
        return comparison.drift_from_champion(settings, {"version": 1, "window": window}, later)

    return drift


def test_drift_is_told_where_the_table_holds_the_rows_of_then(drift: Any) -> None:
    figures, notes = drift("2013-01-01")
    assert figures["drift_columns"] >= 1
    assert notes == ()


@pytest.mark.parametrize(
    ("first_left", "why"),
    [
        ("2013-07-01", "its rows are no longer in the table"),
        ("2013-05-31T20:00", "rows are too few to judge drift"),
    ],
)
def test_a_note_says_why_drift_is_not_told(drift: Any, first_left: str, why: str) -> None:
    figures, notes = drift(first_left)
    assert figures == {}
    assert notes[0].startswith("drift since version 1 cannot be told: ")
    assert why in notes[0]
