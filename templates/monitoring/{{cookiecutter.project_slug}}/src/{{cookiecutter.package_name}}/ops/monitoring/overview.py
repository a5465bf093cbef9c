# ours: kept current by mlops-maturity upgrade
"""All that the page tells, as it stands at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .traffic import Traffic

if TYPE_CHECKING:
    from ..registry.versions import State, Version
    from .seen import Alert, Window

RELEASE, DECISION, ALARM, CALM, TRAINED = (*("release", "decision", "alarm", "calm", "trained"),)


@dataclass(frozen=True)
class Event:
    """A turn on the time line.

    Attributes:
        when: it happened.
        kind: `release`, `decision`, `alarm`, `calm`, `trained`, or a word
            of a later layer.
        said: in words.
        version: number of the version that it is about.
    """

    when: datetime
    kind: str
    said: str
    version: int | None = None


@dataclass(frozen=True)
class Look:
    """How a comparison stood at one moment.

    Attributes:
        labels: known of both versions.
        champion: labels of the one, and
        challenger: of the other version.
        difference: mean loss of the challenger less that of the champion.
        low: end of the interval for it; none where nothing bounds it yet, and
        high: likewise.
        said: in words.
    """

    labels: int
    champion: int
    challenger: int
    difference: float
    low: float | None
    high: float | None
    said: str


@dataclass(frozen=True)
class Comparison:
    """The comparison that runs.

    Attributes:
        version: number of the challenger.
        against: number of the champion.
        share: of the keys that meet the challenger.
        since: when it began.
        looks: oldest first.
        ends: what would end it, in words.
    """

    version: int
    against: int
    share: float
    since: datetime
    looks: tuple[Look, ...]
    ends: tuple[str, ...]


@dataclass(frozen=True)
class Registry:
    """What the registry said.

    Attributes:
        state: aliases and releases; none where it could not be reached.
        versions: oldest first.
        trouble: why it could not be reached.
    """

    state: State | None = None
    versions: tuple[Version, ...] = ()
    trouble: str = ""


@dataclass(frozen=True)
class Open:
    """An alert that has not ended.

    Attributes:
        alert: as it was told.
        columns: of it that are still concerned.
    """

    alert: Alert
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Overview:
    """All that the page tells.

    Attributes:
        now: moment that it is about.
        project: name of it.
        answers: name of the version that answers in this process.
        windows: newest ones, oldest first.
        open: alerts that have not ended, newest first.
        past: all other alerts, newest first.
        traffic: newest predictions.
        registry: what it said.
        comparison: that runs.
        events: newest first.
        troubles: what could not be read, and why.
    """

    now: datetime
    project: str
    answers: str
    windows: tuple[Window, ...] = ()
    open: tuple[Open, ...] = ()
    past: tuple[Alert, ...] = ()
    traffic: Traffic = field(default_factory=Traffic)
    registry: Registry = field(default_factory=Registry)
    comparison: Comparison | None = None
    events: tuple[Event, ...] = ()
    troubles: tuple[str, ...] = ()


def moment(text: str) -> datetime | None:
    """A moment in ISO 8601; in UTC where it says nothing else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
