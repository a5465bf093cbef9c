# ours: kept current by mlops-maturity upgrade
"""All records and labels of one key, deleted wherever they lie.

In a segment they are overwritten by blanks, which every reader passes over: whoever appends to it
goes on. A file of the archive is written again without them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from .archive import tidying, write
from .contents import ARCHIVE, Contents, clear, contents, put
from .labels import Label
from .place import labels_folder, predictions_folder
from .record import Record, as_text, decoded
from .segments import segments

if TYPE_CHECKING:
    from ..settings import Settings


@dataclass(frozen=True)
class Forgotten:
    """How many were deleted."""

    records: int
    labels: int


def forget(settings: Settings, key: str) -> Forgotten:
    """Delete what is known of a key; repeated after an interruption, it deletes the rest.

    Args:
        settings: of the project.
        key: as text, or the id of a record that has none.
    """
    folder = predictions_folder(settings)
    records = 0
    if folder.is_dir():
        with tidying(folder, wait=True):
            clear(folder, wait=True)
            records = sum(_blanked(path, key, _record_of) for path in segments(folder))
            records += _rewritten(folder, key)
            clear(folder, wait=True)
    labels = sum(_blanked(path, key, _label_of) for path in segments(labels_folder(settings)))
    return Forgotten(records, labels)


def _blanked(segment: Path, key: str, key_of: Callable[[bytes], str | None]) -> int:
    """Overwrite the lines of a key; a torn one that holds it goes, too, and is not counted."""
    count, place, torn = 0, 0, key.encode()
    with segment.open("r+b") as file:
        for line in iter(file.readline, b""):
            found = key_of(line)
            if line.endswith(b"\n") and (found == key or (found is None and torn in line)):
                os.pwrite(file.fileno(), b" " * (len(line) - 1), place)
                count += found is not None
            place += len(line)
        os.fsync(file.fileno())
    return count


def _rewritten(folder: Path, key: str) -> int:
    """Write the files of the archive that hold a key without it."""
    holds = contents(folder)
    days: dict[str, list[str]] = {}
    count = 0
    for day, names in holds.days.items():
        days[day] = []
        for name in names:
            kept, gone = _parted(folder / ARCHIVE / name, key)
            count += gone
            if not gone:
                days[day].append(name)
            elif kept:
                days[day].append(write(folder, day, kept))
    if count:
        put(folder, Contents(days, holds.segments))
    return count


def _parted(path: Path, key: str) -> tuple[list[Record], int]:
    """The other records of a file, and the number of those of the key; the first only if needed."""
    from pyarrow.parquet import read_table

    gone = read_table(path, columns=["key"]).column("key").to_pylist().count(key)
    if not gone:
        return [], 0
    lines = read_table(path, columns=["record"]).column("record").to_pylist()
    records = decoded(line.encode() for line in lines)
    return [one for one in records if one.joined_by != key], gone


def _record_of(line: bytes) -> str | None:
    return next((one.joined_by for one in decoded([line])), None)


def _label_of(line: bytes) -> str | None:
    try:
        return as_text(msgspec.json.decode(line, type=Label).key)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
