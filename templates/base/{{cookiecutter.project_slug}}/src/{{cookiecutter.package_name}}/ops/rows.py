# ours: kept current by mlops-maturity upgrade
"""Rows as the model sees them: asked through the data seam, held against the schema."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import InvalidTable
from .schema import conform

if TYPE_CHECKING:
    import pandas as pd

    from .settings import Settings

ROW = "row"


@dataclass(frozen=True)
class Rows:
    """Rows of one window, in the order of time.

    Attributes:
        features: one column for each feature, shape (n, features).
        clock: the time of each row, or its number where there is no time column.
        labels: the label of each row, shape (n,).
    """

    features: pd.DataFrame
    clock: pd.Series[Any]
    labels: pd.Series[Any]

    def __len__(self) -> int:
        return len(self.labels)

    def part(self, inside: pd.Series[bool]) -> Rows:
        """The rows where `inside` is true."""
        return Rows(self.features[inside], self.clock[inside], self.labels[inside])


def labelled_rows(settings: Settings, start: Any = None, end: Any = None) -> Rows:
    """Rows of the window whose label is known, features and labels joined by key.

    Raises:
        InvalidTable: the seam gives something that does not fit the settings.
    """
    from ..data import labels

    data = settings.data
    rows = loaded(settings, start, end)
    told = labels(start, end)
    told = told[told["label"].notna()].set_index("key")
    if not told.index.is_unique:
        twice = told.index[told.index.duplicated()][0]
        raise InvalidTable(f"key {twice!r} has two labels", "a key names one row: see data.key")
    keys = rows[data.key] if data.key else rows.index.to_series()
    rows = rows[keys.isin(told.index).to_numpy()]
    keys = keys.loc[rows.index]
    if rows.empty:
        raise InvalidTable("the window holds no row with a label", "ops data shows the rows")
    clock = rows[data.time] if data.time else rows.index.to_series()
    return Rows(conform(rows, data.features), clock, told.loc[keys, "label"].set_axis(rows.index))


def loaded(settings: Settings, start: Any = None, end: Any = None) -> pd.DataFrame:
    """What the seam loads for the window.

    Raises:
        InvalidTable: a column of the schema is not in the table.
    """
    from ..data import load

    try:
        return load(start, end)
    except KeyError as error:
        raise InvalidTable(
            f"{settings.data.table} does not hold what settings.toml says: {error.args[0]}",
            "`ops data` compares the table with the schema",
        ) from None


def parse_moment(settings: Settings, text: str | None) -> Any:
    """What `load` takes as start or end: a timestamp, or a row number without a time column.

    Raises:
        InvalidTable: the text is neither.
    """
    import pandas as pd

    if not text:
        return None
    try:
        return pd.Timestamp(text) if settings.data.time else int(text)
    except ValueError:
        wanted = "a time such as 2013-10-01" if settings.data.time else "a row number"
        raise InvalidTable(f"{text!r} is no moment of this table", f"write {wanted}") from None


def show_moment(moment: Any) -> str:
    """A moment as text that `parse_moment` takes."""
    return str(moment.isoformat() if hasattr(moment, "isoformat") else moment)


def digest(rows: Rows) -> str:
    """Sha256 of the rows, independent of the file that held them."""
    import hashlib

    import pandas as pd

    table = rows.features.assign(__label=rows.labels.astype(str), __clock=rows.clock)
    found = hashlib.sha256(json.dumps([str(name) for name in table.columns]).encode())
    found.update(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes())
    return found.hexdigest()
