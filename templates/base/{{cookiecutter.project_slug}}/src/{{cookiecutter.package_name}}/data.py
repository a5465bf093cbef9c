# yours: where rows come from; no upgrade touches this file
"""The data seam: everything that runs this project asks for rows and labels here, nowhere else.

Change how rows are read as you like; keep the two functions and what they return.
"""

import os
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd

# The folder with settings.toml: PROJECT_ROOT, or one above this file, or the working folder.
CHOSEN = os.environ.get("PROJECT_ROOT")
PLACES = [Path(CHOSEN)] if CHOSEN else [*Path(__file__).parents, Path.cwd()]
ROOT = next((place for place in PLACES if (place / "settings.toml").is_file()), PLACES[-1])
SETTINGS: dict[str, Any] = tomllib.loads((ROOT / "settings.toml").read_text(encoding="utf-8"))
DATA: dict[str, Any] = SETTINGS["data"]

TARGET: str = DATA["target"]
TIME: str | None = DATA.get("time")
KEY: str | None = DATA.get("key")
KINDS: dict[str, str] = {column["name"]: column["kind"] for column in DATA["schema"]}
WORDS = ("", "NA", "NaN", "nan", "null", "NULL", "None", "N/A")


def load(start: Any = None, end: Any = None) -> pd.DataFrame:
    """Rows of the half-open window from `start` to `end`, in the order of time.

    Args:
        start: first moment of the window (a row number where there is no time column).
        end: first moment after the window.

    Returns:
        The columns of the schema in `settings.toml`, and no others: key, time, features, target.
        The index is the row number in the whole table.
    """
    rows = read()
    clock = rows[TIME] if TIME else rows.index.to_series()
    inside = pd.Series(True, index=rows.index)
    if start is not None:
        inside &= clock >= start
    if end is not None:
        inside &= clock < end
    return rows[inside].filter(items=list(KINDS))


def labels(start: Any = None, end: Any = None) -> pd.DataFrame:
    """Labels of the rows that `load` gives for the same window.

    Returns:
        Columns `key`, `label` and `known`: the moment from which the label was known. Here it is
        the time of the row itself; where labels come late, say so here.
    """
    rows = load(start, end)
    row_numbers = rows.index.to_series()
    return pd.DataFrame(
        {
            "key": rows[KEY] if KEY else row_numbers,
            "label": rows[TARGET],
            "known": rows[TIME] if TIME else row_numbers,
        }
    )


def read() -> pd.DataFrame:
    """The whole table, sorted by time.

    Raises:
        ValueError: the table cannot be read, or a row has no time.
    """
    path = ROOT / DATA["table"]
    rows = pd.read_parquet(path) if path.suffix == ".parquet" else read_csv(path)
    if not TIME:
        return rows
    # Times with an offset become UTC; times without one stay as they are.
    rows[TIME] = pd.to_datetime(rows[TIME], utc=True).dt.tz_localize(None)
    if rows[TIME].isna().any():
        raise ValueError(f"{int(rows[TIME].isna().sum())} rows have no time in column {TIME!r}")
    return rows.sort_values(TIME, kind="stable", ignore_index=True)


def read_csv(path: Path) -> pd.DataFrame:
    """A CSV file, text as it stands: `007` stays `007`, and `NA` may be a category."""
    text = {name for name, kind in KINDS.items() if kind in ("category", "text")}
    rows = pd.read_csv(
        path,
        dtype=dict.fromkeys(text, "str"),
        keep_default_na=False,
        na_values={name: [""] if name in text else list(WORDS) for name in KINDS},
        low_memory=False,
        float_precision="round_trip",
    )
    if not isinstance(rows.index, pd.RangeIndex):
        raise ValueError("its rows have more fields than its header")
    return rows
