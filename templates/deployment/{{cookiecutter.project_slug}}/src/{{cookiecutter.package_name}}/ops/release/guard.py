# ours: kept current by mlops-maturity upgrade
"""After a release: a version that harms those who ask it does not answer them any longer.

For some hours, a version that was released, by a person too, is held against the version before it,
each by its own records. Whoever went back does so by the same write as a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..predictions.reading import records
from ..registry.decisions import note
from ..registry.history import Release, taken_back
from ..registry.release import rollback
from ..registry.versions import state
from ..settings import read_part, within
from ..tracking.place import client
from .decision import Side, harm
from .evidence import sides
from .limits import read_experiment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..settings import Settings

BY, KIND = "the guard", "rollback"


@dataclass(frozen=True)
class Guard:
    """The table `[guard]`: hours after a release in which it goes back by itself; 0 for none."""

    hours: float


@dataclass(frozen=True)
class Return:
    """A version was taken back.

    Attributes:
        version: that answered.
        to: the one that answers now.
        reason: in words.
    """

    version: int
    to: int
    reason: str


def read_guard(folder: Path | None = None) -> Guard:
    """The table `[guard]`.

    Raises:
        InvalidSettings: names the key and what is allowed there.
    """
    found = read_part(Guard, "guard", folder)
    within("guard.hours", found.hours, 0.0, 87_600)
    return found


def guard(settings: Settings, now: datetime) -> Return | None:
    """Go back where the version that was released harms those who ask it; safe to repeat.

    Raises:
        Refused: meanwhile, another version was released.
        Unreachable: MLflow does not answer.
    """
    found = harmful(settings, now)
    if found is not None:
        go_back(settings, found, now, BY)
    return found


def harmful(settings: Settings, now: datetime) -> Return | None:
    """The version that should answer no longer, and why; nothing is done.

    Raises:
        Unreachable: MLflow does not answer.
    """
    patience = timedelta(hours=read_guard(settings.root).hours)
    release = on_trial(state(settings).releases, now, patience)
    if release is None or release.previous is None:
        return None
    since, limits = datetime.fromisoformat(release.when), read_experiment(settings.root)
    version, before = str(release.version), str(release.previous)
    asked = (
        record
        for record in records(settings, since - patience, now)
        if record.version == (before if record.moment < since else version)
    )
    found = sides(settings, asked, limits.latency)
    reason = harm(found.get(before, Side()), found.get(version, Side()), limits)
    return Return(release.version, release.previous, reason) if reason else None


def go_back(settings: Settings, found: Return, now: datetime, by: str) -> None:
    """Let the version before answer again.

    Raises:
        Refused: meanwhile, another version was released.
        Unreachable: MLflow does not answer.
    """
    rollback(settings, found.version, found.reason, now, by)
    with client(settings) as mlflow:
        note(mlflow, found.version, KIND, f"to version {found.to}: {found.reason}", now)


def on_trial(releases: Sequence[Release], now: datetime, patience: timedelta) -> Release | None:
    """The newest release, where it is young, led forward, and has somewhere to go back to.

    Whoever went back is not sent back, and nobody to a version that was taken back: what harms with
    both versions is no version's fault.
    """
    if not releases or now - datetime.fromisoformat(releases[-1].when) > patience:
        return None
    newest = releases[-1]
    nowhere = newest.previous is None or newest.previous in taken_back(releases)
    return None if newest.back or nowhere else newest
