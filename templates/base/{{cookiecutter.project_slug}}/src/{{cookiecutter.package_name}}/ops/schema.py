# ours: kept current by mlops-maturity upgrade
"""The columns of a table: what settings promise, and rows brought into that form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import InvalidTable

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("number", "integer", "boolean", "category", "text", "time")
NUMBERS = frozenset({"number", "integer", "boolean"})
TRUTH = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: its name in the table.
        kind: one of `KINDS`.
        nullable: whether values may be missing.
        categories: the known values of a category; none where they are not listed.
    """

    name: str
    kind: str
    nullable: bool = False
    categories: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether the model sees it as a number."""
        return self.kind in NUMBERS


def conform(rows: pd.DataFrame, columns: Sequence[Column], first_row: int = 1) -> pd.DataFrame:
    """The `columns` of `rows`, each as the type of its kind; other columns are dropped.

    Numbers and booleans become float64, times datetime64, everything else text (missing: None),
    whatever the table stored them as: a CSV and a Parquet file of the same rows give the same
    frame.

    Args:
        rows: any table.
        columns: what is wanted, in order.
        first_row: number of the first row, for messages.

    Raises:
        InvalidTable: a column is missing, or a value does not fit; names row and column.
    """
    import pandas as pd

    missing = [column.name for column in columns if column.name not in rows]
    if missing:
        raise InvalidTable(
            f"column {missing[0]!r} is missing",
            f"the table must hold: {', '.join(column.name for column in columns)}",
        )
    cast = {column.name: _cast(rows[column.name], column, first_row) for column in columns}
    return pd.DataFrame(cast, index=rows.index)


def _cast(values: pd.Series[Any], column: Column, first_row: int) -> pd.Series[Any]:
    import numpy as np
    import pandas as pd

    if column.kind == "boolean":
        cast = values.astype("string").str.lower().map(TRUTH).astype("float64")
    elif column.is_number:
        cast = pd.to_numeric(values, errors="coerce").astype("float64")
    elif column.kind == "time":
        cast = pd.to_datetime(values, errors="coerce")
    else:
        cast = values.astype("string").astype("object")
        cast[values.isna()] = None
    wrong = cast.isna() & values.notna()
    if column.is_number:
        wrong |= np.isinf(cast)
    if column.kind == "integer":
        wrong |= cast.notna() & (cast % 1 != 0)
    _refuse_first(wrong, values, column, first_row, f"is no {column.kind}")
    if not column.nullable:
        _refuse_first(cast.isna(), values, column, first_row, "is missing")
    return cast


def _refuse_first(
    wrong: pd.Series[bool], values: pd.Series[Any], column: Column, first_row: int, why: str
) -> None:
    if not wrong.any():
        return
    place = int(wrong.to_numpy().argmax())
    shown = "" if why == "is missing" else f" {str(values.iloc[place])[:40]!r}"
    more = int(wrong.sum()) - 1
    raise InvalidTable(
        f"row {place + first_row}, column {column.name!r}: the value{shown} {why}"
        + (f" (and {more} more)" if more else ""),
        "mend the row, or change the column's kind or `nullable` in settings.toml",
    )
