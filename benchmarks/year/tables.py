"""Two real tables with time, from data packages."""

from __future__ import annotations

from importlib.metadata import files
from pathlib import Path

import pandas as pd

from examples.flights.build_table import build

FIRST = pd.Timestamp("2011-01-01")
LEAKS = ["casual", "registered"]


def flights() -> pd.DataFrame:
    """Every flight that left New York City in 2013 and has an air time; the target is that."""
    return build(None).drop(columns="late")


def bikes() -> pd.DataFrame:
    """Bikes rented in each hour of 2011 in Washington (ISLP); the target is `bikers`."""
    place = next(file for file in files("ISLP") or () if file.name == "Bikeshare.csv")
    rows = pd.read_csv(Path(str(place.locate())))
    rows = rows.loc[:, ~rows.columns.str.startswith("Unnamed")].drop(columns=LEAKS)
    day = pd.to_timedelta(rows["day"] - 1, unit="D")
    rows["time"] = FIRST + day + pd.to_timedelta(rows["hr"].astype(int), unit="h")
    rows = rows.sort_values("time", ignore_index=True)
    rows["ride_id"] = rows.index
    return rows.drop(columns=["day", "mnth"])
