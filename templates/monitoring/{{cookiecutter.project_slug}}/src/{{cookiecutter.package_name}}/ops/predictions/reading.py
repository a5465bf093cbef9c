# ours: kept current by mlops-maturity upgrade
"""The log as it is read: every record once, wherever it lies, whatever is torn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidTable
from ..schema import cast
from .contents import ARCHIVE, Contents, reading
from .place import predictions_folder
from .record import Record, decoded
from .segments import lines, segments

if TYPE_CHECKING:
    import pandas as pd

    from ..schema import Column
    from ..settings import Settings

TOGETHER = 50_000
"""Records in a frame of `frames`."""

_Timed = Iterator[tuple[datetime, Record]]


def records(
    settings: Settings, start: datetime | None = None, end: datetime | None = None
) -> Iterator[Record]:
    """Records whose time lies from `start` up to, but not at, `end`; old ones first.

    Where a clock went back, the order is that of writing. What is archived meanwhile is still read
    once.
    """
    folder = predictions_folder(settings)
    with reading(folder) as held:
        streams = [_archived(folder, held, start, end)]
        streams += [
            _timed(lines(path), start, end)
            for path in segments(folder)
            if path.name not in held.segments
        ]
        for _, record in merge(*streams, key=_moment):
            yield record


def frames(
    settings: Settings,
    features: Sequence[Column],
    start: datetime | None = None,
    end: datetime | None = None,
) -> Iterator[pd.DataFrame]:
    """What `frame` gives of the same records, part by part: a long log needs no more memory."""
    found = records(settings, start, end)
    while part := list(islice(found, TOGETHER)):
        yield frame(part, features)


def frame(found: Iterable[Record], features: Sequence[Column]) -> pd.DataFrame:
    """Records as a table.

    Args:
        found: the records.
        features: the columns that are wanted; a value that a record lacks is missing.

    Returns:
        One column for each feature as `schema.conform` gives it, and `__id`, `__key` (as labels
        know it), `__time` (UTC), `__version`, `__variant`, `__experiment`, `__prediction`,
        `__score`, `__scores`, `__ms`, `__error`.
    """
    import pandas as pd

    rows = list(found)
    table = {
        column.name: _conformed([row.features.get(column.name) for row in rows], column)
        for column in features
    }
    times = pd.to_datetime([row.time for row in rows], utc=True, format="ISO8601")
    return pd.DataFrame(
        {
            **table,
            "__id": _texts(row.id for row in rows),
            "__key": _texts(row.joined_by for row in rows),
            "__time": pd.Series(times, dtype="datetime64[ns, UTC]"),
            "__version": _texts(row.version for row in rows),
            "__variant": _texts(row.variant for row in rows),
            "__experiment": _texts(row.experiment for row in rows),
            "__prediction": pd.Series([row.prediction for row in rows]),
            "__score": pd.Series([row.score for row in rows], dtype="float64"),
            "__scores": _texts(row.scores for row in rows),
            "__ms": pd.Series([row.ms for row in rows], dtype="float64"),
            "__error": _texts(row.error for row in rows),
        }
    )


def fits(value: Any, column: Column) -> bool:
    """Whether a value is one of the column's kind."""
    import pandas as pd

    try:
        cast(pd.Series([value], dtype="object"), column)
    except InvalidTable:
        return False
    return True


def _archived(folder: Path, held: Contents, start: datetime | None, end: datetime | None) -> _Timed:
    """What lies in the archive, one day after the other."""
    for day, names in sorted(held.days.items()):
        begins = datetime.fromisoformat(day).replace(tzinfo=UTC)
        if (end and begins >= end) or (start and begins + timedelta(days=1) <= start):
            continue
        parts = [_timed(_stored(folder / ARCHIVE / name), start, end) for name in names]
        yield from merge(*parts, key=_moment)


def _stored(path: Path) -> Iterator[bytes]:
    """The lines that a file of the archive holds."""
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path) as file:
        for batch in file.iter_batches(columns=["record"]):
            for line in batch.column(0):
                yield line.as_py().encode()


def _timed(found: Iterable[bytes], start: datetime | None, end: datetime | None) -> _Timed:
    for record in decoded(found):
        try:
            moment = record.moment
        except ValueError:
            continue
        if (start is None or moment >= start) and (end is None or moment < end):
            yield moment, record


def _moment(timed: tuple[datetime, Record]) -> datetime:
    return timed[0]


def _conformed(values: list[Any], column: Column) -> pd.Series[Any]:
    """The values as the type of the column; one that does not fit any more is missing."""
    import pandas as pd

    lenient = replace(column, nullable=True)
    try:
        return cast(pd.Series(values), lenient)
    except InvalidTable:
        fit = [value if fits(value, lenient) else None for value in values]
        return cast(pd.Series(fit, dtype="object"), lenient)


def _texts(values: Iterable[Any]) -> pd.Series[Any]:
    import pandas as pd

    return pd.Series(list(values), dtype="object")
