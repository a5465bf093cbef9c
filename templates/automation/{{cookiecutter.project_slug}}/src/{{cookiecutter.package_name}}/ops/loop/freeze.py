# ours: kept current by mlops-maturity upgrade
"""Times in which the loop trains and releases nothing: of each week, or once; all in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from ..errors import InvalidSettings

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = 7 * 24 * 60
_WEEKLY = re.compile(rf"({'|'.join(DAYS)}) (\d\d?):(\d\d)")
_HINT = "such as fri 16:00..mon 08:00 each week, or 2026-12-24..2027-01-02 once"


@dataclass(frozen=True)
class Freeze:
    """A half-open span of time.

    Attributes:
        text: as the settings have it.
        start: minutes since the beginning of the week, or a moment.
        end: likewise.
    """

    text: str
    start: float | datetime
    end: float | datetime

    def holds(self, now: datetime) -> bool:
        """Whether `now`, which is aware, lies inside."""
        if isinstance(self.start, datetime) and isinstance(self.end, datetime):
            return self.start <= now < self.end
        assert isinstance(self.start, int | float)
        assert isinstance(self.end, int | float)
        told = now.astimezone(UTC)
        minute = (told.weekday() * 24 + told.hour) * 60 + told.minute + told.second / 60
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


def parse(text: object) -> Freeze:
    """A span from its text.

    Raises:
        InvalidSettings: it is none.
    """
    start, mark, end = str(text).strip().lower().partition("..")
    found = [_moment(part.strip()) for part in (start, end)]
    if not mark or None in found or type(found[0]) is not type(found[1]):
        raise InvalidSettings(f"automation.freeze holds {str(text)[:60]!r}", _HINT)
    first, last = found
    assert first is not None
    assert last is not None
    if first == last:
        raise InvalidSettings(
            f"automation.freeze: {text!s:.60} ends where it begins, and never holds",
            f"{_HINT}; to let nothing move at all: ops stop",
        )
    if isinstance(first, datetime) and isinstance(last, datetime) and first > last:
        raise InvalidSettings(f"automation.freeze: {text!s:.60} ends before it begins", _HINT)
    return Freeze(str(text), first, last)


def _moment(text: str) -> int | datetime | None:
    if weekly := _WEEKLY.fullmatch(text):
        hour, minute = int(weekly[2]), int(weekly[3])
        fits = hour < 24 and minute < 60
        return (DAYS.index(weekly[1]) * 24 + hour) * 60 + minute if fits else None
    try:
        found = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
