# ours: kept current by mlops-maturity upgrade
"""What turned out to be true: a log of labels beside that of predictions, joined by key.

A label comes by `add` or `append`, or from `labels()` in `data.py`. Of two labels of one key, the
one that was known later counts. A label counts from the moment it is known.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import InvalidTable
from .place import labels_folder, read_log
from .reading import fits
from .record import as_text
from .segments import Log, lines, segments

if TYPE_CHECKING:
    import pandas as pd

    from ..settings import Settings


class Label(msgspec.Struct, gc=False):
    """The label of a key.

    Attributes:
        key: what the sender of the question called it.
        label: what turned out to be true.
        known: the moment from which it was known, in ISO 8601.
    """

    key: str | int | float
    label: Any
    known: str


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Label).decode


def append(folder: Path, entries: Iterable[Label], sync: bool = False) -> None:
    """Write labels, all by one call; what is written is not looked at.

    Raises:
        OSError: they were not written.
    """
    _log(folder, sync).append([_encode(one) for one in entries])


def rest(folder: Path, sync: bool = False) -> None:
    """Let go of a segment of an earlier day, where nobody sends labels any more."""
    _log(folder, sync).rest()


def add(settings: Settings, rows: pd.DataFrame, now: datetime) -> int:
    """Write labels that fit the target; rows without a label are left out.

    Args:
        settings: of the project.
        rows: columns `key`, `label` and, where it is told, `known`; otherwise known from now on.
        now: in UTC.

    Returns:
        The number of labels written.

    Raises:
        InvalidTable: a key or a moment is missing, or a label is none of the target's kind.
    """
    import pandas as pd

    rows = rows[rows["label"].notna()].reset_index(drop=True)
    told = _typed(settings, rows["label"])
    for name in {"key", "known"} & set(rows.columns):
        if rows[name].isna().any():
            place = int(rows[name].isna().to_numpy().argmax()) + 1
            raise InvalidTable(f"row {place}, column {name!r}: the value is missing")
    moments = rows["known"] if "known" in rows else pd.Series(now, index=rows.index)
    try:
        known = pd.to_datetime(moments, utc=True, format="ISO8601")
    except (TypeError, ValueError) as error:
        raise InvalidTable(f"column 'known': {error}", "write it as 2013-10-01T12:00:00") from None
    columns = (rows["key"].tolist(), told.tolist(), known)
    entries = [
        Label(as_text(key), label, moment.isoformat())
        for key, label, moment in zip(*columns, strict=True)
    ]
    append(labels_folder(settings), entries, read_log(settings).sync)
    return len(entries)


def known(settings: Settings, now: datetime) -> pd.DataFrame:
    """The labels that are known now, those of `data.py` too.

    Returns:
        Columns `label` (as the type of the target's kind) and `known` (UTC; none where `data.py`
        cannot tell), indexed by key as text, each key once.
    """
    import pandas as pd

    logged = list(entries(labels_folder(settings)))
    found = pd.DataFrame(
        {
            "label": pd.Series([one.label for one in logged], dtype="object").array,
            "known": pd.to_datetime([one.known for one in logged], utc=True, format="ISO8601"),
        },
        index=pd.Index([as_text(one.key) for one in logged], dtype="object", name="key"),
    )
    parts = [one for one in (_seam(settings), found) if len(one)]
    found = pd.concat(parts) if parts else found
    found = found[found["known"].isna() | (found["known"] <= now)]
    found = found.sort_values("known", kind="stable", na_position="first")
    found = found[~found.index.duplicated(keep="last")]
    try:
        return found.assign(label=_typed(settings, found["label"]))
    except InvalidTable:  # the target was of another kind when they were written
        column = settings.data.column(settings.data.target)
        found = found[[fits(label, column) for label in found["label"]]]
        return found.assign(label=_typed(settings, found["label"]))


def joined(rows: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """The rows whose label is known, with `__label` and `__known`; the others are left out.

    Args:
        rows: as `reading.frame` gives them.
        labels: as `known` gives them.
    """
    return rows[rows["__key"].isin(labels.index)].assign(
        __label=lambda part: part["__key"].map(labels["label"]),
        __known=lambda part: part["__key"].map(labels["known"]),
    )


def entries(folder: Path) -> Iterator[Label]:
    """The labels in a folder, in the order of writing; a torn line is passed over."""
    for segment in segments(folder):
        for line in lines(segment):
            try:
                label = _decode(line)
                datetime.fromisoformat(label.known)
            except (ValueError, UnicodeDecodeError):
                continue
            yield label


@cache
def _log(folder: Path, sync: bool) -> Log:
    return Log(folder, sync)


def _typed(settings: Settings, labels: pd.Series[Any]) -> pd.Series[Any]:
    from ..rows import typed_labels

    return typed_labels(labels, settings.data.column(settings.data.target))


def _seam(settings: Settings) -> pd.DataFrame:
    """What `data.py` tells; where it cannot, the log alone counts, and the reason is told."""
    import pandas as pd

    from ..rows import told_labels

    nothing = pd.DataFrame({"label": [], "known": []}, dtype="object")
    if settings.data.key is None:
        return nothing  # a row number is no name that a sender could know
    try:
        told = told_labels(settings)
    except Exception as error:  # it is the owner's code, and reads from wherever labels are
        print(f"labels() in data.py: {error}", file=sys.stderr)
        return nothing
    moments = told["known"] if settings.data.time else None
    return pd.DataFrame(
        {
            "label": told["label"].astype("object").array,
            "known": pd.to_datetime(pd.Series(moments, index=told.index), utc=True).array,
        },
        index=pd.Index([as_text(key) for key in told.index], dtype="object"),
    )
