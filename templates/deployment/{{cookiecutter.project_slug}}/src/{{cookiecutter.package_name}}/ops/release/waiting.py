# ours: kept current by mlops-maturity upgrade
"""Versions that passed the gate and wait for their turn: one at a time, the newest one first."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..registry.release import promote
from ..registry.versions import CHALLENGER, state, versions
from ..tracking.place import PROJECT, client
from .experiment import TAG, read, start
from .limits import read_experiment

if TYPE_CHECKING:
    from datetime import datetime

    from ..registry.versions import State, Version
    from ..settings import Settings

ENVIRONMENT = "OPS_ENVIRONMENT"
"""`test` where nobody asks but tests: what passed the gate answers there at once."""

GATE = "gate"
"""Tag of a version with what the gate said of it."""


@dataclass(frozen=True)
class Taken:
    """A version that went on.

    Attributes:
        version: its number.
        answers: whether it answers everybody from now on.
        said: what happened, in words.
    """

    version: int
    answers: bool
    said: str


def take_up(
    settings: Settings, now: datetime, delivered: bool = False, most: float = 1.0, seed: str = ""
) -> Taken | None:
    """Let the newest version that waits go on, unless a comparison runs; safe to repeat.

    It answers at once where no version does, or where nobody asks; else it meets a share of the
    traffic.

    Args:
        settings: of the project.
        now: when it goes on.
        delivered: whether this is another environment than the one that it comes from.
        most: highest share of the traffic.
        seed: of the comparison, for whoever must be able to begin the same one again.

    Raises:
        Refused: it cannot be compared with the version that answers.
        Unreachable: MLflow does not answer.
    """
    there = state(settings)
    if running := read(there):
        if there.aliases.get(CHALLENGER) != running.version:  # a later version bears it
            with client(settings) as mlflow:
                mlflow.set_registered_model_alias(PROJECT, CHALLENGER, str(running.version))
        return None
    found = waiting(versions(settings), there)
    if found is None:
        return None
    is_test = not delivered and os.environ.get(ENVIRONMENT) == "test"
    share = 0.0 if is_test else min(most, read_experiment(settings.root).share)
    if there.champion is None or not share:
        promote(settings, found.number, there.champion, "it passed the gate", now, by="the gate")
        return Taken(found.number, True, f"version {found.number} answers: it passed the gate")
    begun = start(settings, found.number, share, now, seed)
    said = f"meets {begun.share:.0%} of the keys, version {begun.against} the others"
    return Taken(found.number, False, f"version {begun.version} {said}")


def waiting(known: Iterable[Version], there: State) -> Version | None:
    """The newest version that passed the gate and was never compared nor released.

    Versions older than the one that answers have had their time.
    """
    answered = {release.version for release in there.releases}
    return max(
        (
            one
            for one in known
            if one.number > (there.champion or 0)
            and one.number not in answered
            and GATE in one.tags
            and TAG not in one.tags
            and not one.failed
        ),
        key=lambda one: one.number,
        default=None,
    )
