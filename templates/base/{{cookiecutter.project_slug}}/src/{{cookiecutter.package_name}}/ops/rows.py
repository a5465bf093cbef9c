# ours: kept current by mlops-maturity upgrade
"""Rows as the model sees them: asked through the data seam, held against the schema."""

from __future__ import annotations

import contextlib
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import InvalidTable, NoLabels
from .schema import cast, conform

if TYPE_CHECKING:
    import pandas as pd

    from .schema import Column
    from .settings import Settings

ROW = "row"


@dataclass(frozen=True)
class Rows:
    """Rows of one window, in the order of time.

    Attributes:
        features: one column for each feature, shape (n, features).
        clock: the time of each row, or its number where there is no time column.
        labels: the label of each row, shape (n,).
        known: the moment from which each label was known.
    """

    features: pd.DataFrame
    clock: pd.Series[Any]
    labels: pd.Series[Any]
    known: pd.Series[Any]

    def __len__(self) -> int:
        return len(self.labels)

    def part(self, inside: pd.Series[bool]) -> Rows:
        """The rows where `inside` is true."""
        return Rows(
            self.features[inside], self.clock[inside], self.labels[inside], self.known[inside]
        )


def labelled_rows(
    settings: Settings, start: Any = None, end: Any = None, known: Any = None
) -> Rows:
    """Rows of the window whose label was known before `known`, or its end, joined to it by key.

    Raises:
        InvalidTable: the seam gives something that does not fit the settings.
    """
    rows = loaded(settings, start, end)
    told = told_labels(settings, start, end)
    return joined(settings, rows, told, end if known is None else known)


def joined(settings: Settings, rows: pd.DataFrame, told: pd.DataFrame, known: Any = None) -> Rows:
    """The rows whose label was known before `known`, with it.

    Args:
        settings: what the columns mean.
        rows: as `loaded` gives them.
        told: as `told_labels` gives them.
        known: first moment at which a label is known too late, if there is one.

    Raises:
        NoLabels: no row has one.
        InvalidTable: a value does not fit.
    """
    data = settings.data
    if known is not None:
        told = told[told["known"] < known]
    keys = rows[data.key] if data.key else rows.index.to_series()
    rows = rows[keys.isin(told.index).to_numpy()]
    if rows.empty:
        raise NoLabels("the window holds no row with a label", "`ops data` shows the rows")
    told = told.loc[keys.loc[rows.index]].set_axis(rows.index)
    clock = rows[data.time] if data.time else rows.index.to_series()
    target = typed_labels(told["label"], data.column(data.target))
    return Rows(conform(rows, data.features), clock, target, told["known"])


def typed_labels(labels: pd.Series[Any], column: Column) -> pd.Series[Any]:
    """Labels as the type of the target's kind: bool, int64, float64 or text."""
    found = cast(labels, column)
    kinds = {"boolean": "bool", "integer": "int64"}
    return found.astype(kinds[column.kind]) if column.kind in kinds else found


def loaded(settings: Settings, start: Any = None, end: Any = None) -> pd.DataFrame:
    """What the seam loads for the window.

    Raises:
        InvalidTable: the table cannot be read.
    """
    rows = _asked(settings, "load", start, end)
    roles = (settings.data.time, settings.data.key, settings.data.target)
    if lacking := [role for role in roles if role is not None and role not in rows]:
        raise InvalidTable(
            f"load() in data.py gives no column {lacking[0]!r}",
            f"it gives: {', '.join(map(str, rows.columns))}; see [data] in settings.toml",
        )
    return rows


def told_labels(settings: Settings, start: Any = None, end: Any = None) -> pd.DataFrame:
    """The labels that the seam gives for the window, by key.

    Raises:
        InvalidTable: a column is missing, or a key does not name one row.
    """
    told = _asked(settings, "labels", start, end)
    if lacking := {"key", "label", "known"} - set(told.columns):
        raise InvalidTable(
            f"labels() in data.py gives no column {min(lacking)!r}",
            "it gives key, label and known: the moment from which the label was known",
        )
    told = told[told["label"].notna()]
    if told["key"].isna().any():
        raise InvalidTable("a row with a label has no key", "a key names one row: see data.key")
    twice = told["key"][told["key"].duplicated()]
    if len(twice):
        raise InvalidTable(f"key {twice.iloc[0]} has two labels", "a key names one row")
    return told.set_index("key")


def _asked(settings: Settings, name: str, start: Any, end: Any) -> pd.DataFrame:
    """Ask the seam; what it prints is talk, and what it raises is told as a person reads it."""
    with contextlib.redirect_stdout(sys.stderr):
        from .. import data

        try:
            found: pd.DataFrame = getattr(data, name)(start, end)
            return found
        except FileNotFoundError:
            raise InvalidTable(
                f"{settings.data.table}: no such file",
                "name the table under [data] in settings.toml",
            ) from None
        except (KeyError, TypeError, ValueError) as error:
            first = str(error).partition("\n")[0]
            raise InvalidTable(
                f"{name}() in data.py cannot give rows of {settings.data.table}: {first}",
                "is the table as settings.toml says?",
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
        if not settings.data.time:
            return int(text)
        return pd.to_datetime(text, utc=True).tz_localize(None)
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
