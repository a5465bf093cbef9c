# ours: kept current by mlops-maturity upgrade
"""The newest predictions: who answered, how many, how fast.

Only the ends of the segments are read: what it costs does not grow with the log.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ..predictions.place import predictions_folder
from ..predictions.segments import segments

if TYPE_CHECKING:
    from ..settings import Settings

NEWEST = timedelta(hours=1)
TAIL = 262_144
"""Bytes at the end of a segment that are read."""

MOST = 16
"""Segments that are read: each process that answers writes one."""


@dataclass(frozen=True)
class Traffic:
    """The newest predictions.

    Attributes:
        counts: by version and variant, most first.
        failed: answers among them that could not be given.
        slow: milliseconds that 95 of 100 took at most; none where none tells.
        start: first moment that they are of; none without one.
        end: last moment.
    """

    counts: tuple[tuple[str, str, int], ...] = ()
    failed: int = 0
    slow: float | None = None
    start: datetime | None = None
    end: datetime | None = None

    @property
    def rows(self) -> int:
        """How many."""
        return sum(count for _, _, count in self.counts)

    @property
    def each_minute(self) -> float | None:
        """Predictions a minute; none where they are too few to tell."""
        if self.start is None or self.end is None or self.end <= self.start:
            return None
        return self.rows / ((self.end - self.start).total_seconds() / 60)


class _Line(msgspec.Struct):
    time: str
    version: str = ""
    variant: str = "champion"
    error: str | None = None
    ms: float | None = None


_decode = msgspec.json.Decoder(_Line).decode


def traffic(settings: Settings, now: datetime) -> Traffic:
    """What the last hour before `now` tells, or the newest part of it where there is much."""
    start, found = now.astimezone(UTC) - NEWEST, []
    for path in _newest(predictions_folder(settings), start):
        lines, cut = _tail(path)
        if cut and lines:  # before its first line that was read, this one would be missing
            start = max(start, lines[0][0])
        found += lines
    kept = [line for at, line in found if start <= at <= now]
    return _counted(kept, start, now) if kept else Traffic()


def _newest(folder: Path, since: datetime) -> list[Path]:
    """The segments that were written to since then."""
    found = []
    for path in reversed(segments(folder)):
        with suppress(OSError):
            if path.stat().st_mtime >= since.timestamp():
                found.append(path)
        if len(found) == MOST:
            break
    return found


def _tail(path: Path) -> tuple[list[tuple[datetime, _Line]], bool]:
    """The last records of a segment with their moments, and whether there are more before."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL))
            content = file.read(TAIL)
    except OSError:
        return [], False
    found, cut = [], size > TAIL
    for line in content.split(b"\n")[cut:-1]:
        with suppress(msgspec.DecodeError, UnicodeDecodeError, ValueError):
            told = _decode(line)
            at = datetime.fromisoformat(told.time)
            found.append((at if at.tzinfo else at.replace(tzinfo=UTC), told))
    return found, cut


def _counted(lines: list[_Line], start: datetime, now: datetime) -> Traffic:
    counts = Counter((one.version, one.variant) for one in lines)
    times = sorted(one.ms for one in lines if one.ms is not None)
    return Traffic(
        counts=tuple((*key, count) for key, count in counts.most_common()),
        failed=sum(one.error is not None for one in lines),
        slow=times[int(0.95 * (len(times) - 1))] if times else None,
        start=start,
        end=now,
    )
