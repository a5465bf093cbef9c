# ours: kept current by mlops-maturity upgrade
"""The columns of a table: what settings promise, and rows brought into that form."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import InvalidTable

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("number", "integer", "boolean", "category", "text", "time")
NUMBERS = frozenset({"number", "integer", "boolean"})
# What stands for a missing number, truth or time in a text.
WORDS = frozenset({"NA", "NaN", "nan", "null", "NULL", "None", "N/A"})
TRUTH = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: its name in the table.
        kind: one of `KINDS`.
        nullable: whether values may be missing.
        categories: the known values of a category; where none are listed, training learns them.
    """

    name: str
    kind: str
    nullable: bool = False
    categories: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether the model sees it as a number."""
        return self.kind in NUMBERS


def conform(rows: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """The `columns` of `rows`, each as the type of its kind; other columns are dropped.

    Numbers and booleans become float64, times datetime64, everything else text (missing: None),
    whatever the table stored them as: a CSV and a Parquet file of the same rows give the same
    frame.

    Args:
        rows: any table.
        columns: what is wanted, in order.

    Raises:
        InvalidTable: a column is missing, or a value does not fit; names row (the first one is 1)
            and column.
    """
    import pandas as pd

    missing = [column.name for column in columns if column.name not in rows]
    if missing:
        near = difflib.get_close_matches(missing[0].lower(), map(str, rows.columns), 1)
        raise InvalidTable(
            f"column {missing[0]!r} is missing" + (f"; there is {near[0]!r}" if near else ""),
            f"the table must hold: {', '.join(column.name for column in columns)}; "
            f"it holds: {', '.join(map(str, rows.columns))}",
        )
    table = {column.name: cast(rows[column.name], column) for column in columns}
    return pd.DataFrame(table, index=rows.index)


def cast(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    """The values as the type of the column's kind.

    Raises:
        InvalidTable: names the first row that does not fit.
    """
    found, wrong = read(values, column)
    _refuse_first(wrong, values, column, f"is no {column.kind}")
    if not column.nullable:
        _refuse_first(found.isna(), values, column, "is missing")
    return found


def read(values: pd.Series[Any], column: Column) -> tuple[pd.Series[Any], pd.Series[bool]]:
    """The values as the type of the column's kind, and where one that is there does not fit."""
    import numpy as np
    import pandas as pd

    types = pd.api.types
    may_hold_words = not (
        types.is_numeric_dtype(values.dtype) or types.is_datetime64_any_dtype(values.dtype)
    )
    if may_hold_words and column.kind not in ("category", "text"):
        values = values.where(~values.isin(WORDS))
    if column.kind == "boolean":
        found = values.astype("string").str.lower().map(TRUTH).astype("float64")
    elif column.is_number:
        found = _numbers(values)
    elif column.kind == "time":
        # One form for all: left to guess, pandas reads a value by the form of the first one.
        found = pd.to_datetime(values, errors="coerce", utc=True, format="ISO8601")
        found = found.dt.tz_localize(None)
    else:
        found = values.astype("string").astype("object")
        found[values.isna()] = None
    wrong = found.isna() & values.notna()
    if column.is_number:
        wrong |= np.isinf(found)
    if column.kind == "integer":
        wrong |= found.notna() & (found % 1 != 0)
    return found, wrong


def _numbers(values: pd.Series[Any]) -> pd.Series[Any]:
    """The values as float64; NaN where one is no number."""
    import pandas as pd

    found = pd.to_numeric(values, errors="coerce").astype("float64")
    if values.dtype == "object":
        # Of a text, to_numeric may give the neighbour of the nearest float.
        known = found.notna()
        found[known] = values[known].map(float)
    return found


def _refuse_first(wrong: pd.Series[bool], values: pd.Series[Any], column: Column, why: str) -> None:
    if not wrong.any():
        return
    place = int(wrong.to_numpy().argmax())
    shown = "" if why == "is missing" else f" {str(values.iloc[place])[:40]!r}"
    more = int(wrong.sum()) - 1
    raise InvalidTable(
        f"row {place + 1}, column {column.name!r}: the value{shown} {why}"
        + (f" (and {more} more)" if more else ""),
        "mend the row, or change the column's kind or `nullable` in settings.toml",
        (place + 1, column.name),
    )
