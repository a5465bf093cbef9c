# ours: kept current by mlops-maturity upgrade
"""A version that was delivered: the loop that acts where it arrived holds the limits, and acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry.versions import state, versions
from ..release.waiting import Taken, take_up, waiting
from .steps import held_back

if TYPE_CHECKING:
    from datetime import datetime

    from ..settings import Settings


def arrived(settings: Settings, now: datetime) -> Taken | None:
    """What becomes of the versions that wait; the first one answers at once, where it may."""
    there = state(settings)
    if there.champion is None and not held_back(settings, now):
        return take_up(settings, now, delivered=True)
    found = waiting(versions(settings), there)
    if found is None:
        return None
    return Taken(found.number, False, f"version {found.number} waits for the loop")
