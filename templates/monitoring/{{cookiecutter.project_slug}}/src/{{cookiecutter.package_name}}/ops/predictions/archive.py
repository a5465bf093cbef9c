# ours: kept current by mlops-maturity upgrade
"""Segments that nobody writes any more become Parquet, a file or more for each day.

A file holds each record exactly as it was written, whatever types its values have, beside columns
to look for: `id`, `time`, `version`, `variant`, `key`. It is written under a name that nobody
knows, and `contents.json` lets it count and its segments not, at once.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .contents import ARCHIVE, Contents, clear, contents, put
from .place import labels_folder, predictions_folder, read_log
from .record import Record, decoded, encoded
from .segments import LARGEST, RIGHTS, is_open, lines, segments

if TYPE_CHECKING:
    from ..settings import Settings

_TIDYING = ".tidying"


def tidy(settings: Settings, now: datetime) -> None:
    """Archive what is closed and delete what is too old; nothing where another one does so."""
    folder = predictions_folder(settings)
    oldest = now - timedelta(days=read_log(settings).days)
    if folder.is_dir():
        with tidying(folder) as alone:
            if alone:
                _tidy(folder, f"{oldest:%Y-%m-%d}")
    for segment in segments(labels_folder(settings)):
        if segment.stat().st_mtime < oldest.timestamp() and not is_open(segment):
            segment.unlink(missing_ok=True)


@contextmanager
def tidying(folder: Path, wait: bool = False) -> Iterator[bool]:
    """Whether this process alone changes the archive until the end."""
    (folder / ARCHIVE).mkdir(exist_ok=True)
    with (folder / ARCHIVE / _TIDYING).open("a") as file:
        try:
            flock(file, LOCK_EX if wait else LOCK_EX | LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def write(folder: Path, day: str, records: Sequence[Record]) -> str:
    """A file of the archive, which does not count yet; returns its name."""
    from pyarrow import table
    from pyarrow.parquet import write_table

    name = f"{day}.{secrets.token_hex(4)}.parquet"
    columns: dict[str, list[Any]] = {
        "id": [one.id for one in records],
        "time": [one.time for one in records],
        "version": [one.version for one in records],
        "variant": [one.variant for one in records],
        "key": [one.joined_by for one in records],
        "record": [line.decode() for line in encoded(records)],
    }
    path = folder / ARCHIVE / name
    path.touch(RIGHTS)
    write_table(table(columns), path, compression="zstd")
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return name


def _tidy(folder: Path, oldest: str) -> None:
    clear(folder)  # what an earlier one that was killed left
    holds = contents(folder)
    for group in _groups([path for path in segments(folder) if path.name not in holds.segments]):
        days = {day: list(names) for day, names in holds.days.items()}
        for day, records in _by_day(group).items():
            days.setdefault(day, []).append(write(folder, day, records))
        holds = Contents(days, [*holds.segments, *(path.name for path in group)])
        put(folder, holds)
    kept = {day: names for day, names in holds.days.items() if day >= oldest}
    if kept != holds.days:
        put(folder, Contents(kept, holds.segments))
    clear(folder)


def _groups(found: Sequence[Path]) -> Iterator[list[Path]]:
    """Closed segments, in groups that memory holds."""
    group: list[Path] = []
    size = 0
    for path in found:
        if not path.stat().st_size or is_open(path):  # its writer locks it before it writes
            continue
        group.append(path)
        size += path.stat().st_size
        if size >= LARGEST:
            yield group
            group, size = [], 0
    if group:
        yield group


def _by_day(group: Sequence[Path]) -> dict[str, list[Record]]:
    found: dict[str, list[tuple[datetime, Record]]] = {}
    for path in group:
        for record in decoded(lines(path)):
            try:
                moment = record.moment
            except ValueError:
                continue
            found.setdefault(f"{moment.astimezone(UTC):%Y-%m-%d}", []).append((moment, record))
    return {
        day: [record for _, record in sorted(timed, key=lambda one: one[0])]
        for day, timed in sorted(found.items())
    }
