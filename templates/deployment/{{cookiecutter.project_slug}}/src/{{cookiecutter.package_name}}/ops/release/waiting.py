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
from .experiment import TAG, is_registered, pass_over, read, start
from .likeness import Incomparable, loaded
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


@dataclass(frozen=True)
class PassedOver:
    """A version that cannot be compared, and stands before nobody any more.

    Attributes:
        version: its number.
        said: why, in words.
        advice: what to do.
    """

    version: int
    said: str
    advice: str


@dataclass(frozen=True)
class Turn:
    """What came of the versions that wait.

    Attributes:
        taken: the version that goes on.
        passed_over: the newer ones that could not.
    """

    taken: Taken | None = None
    passed_over: tuple[PassedOver, ...] = ()


def take_up(
    settings: Settings, now: datetime, delivered: bool = False, most: float = 1.0, seed: str = ""
) -> Taken | None:
    """As `go_on`; tells only of the version that goes on."""
    return go_on(settings, now, delivered, most, seed).taken


def go_on(
    settings: Settings,
    now: datetime,
    delivered: bool = False,
    most: float = 1.0,
    seed: str = "",
    only: int | None = None,
) -> Turn:
    """Let the newest version that waits go on, unless a comparison runs; safe to repeat.

    It answers at once where no version does, or where nobody asks; else it meets a share of the
    traffic. One that cannot be compared is passed over for good, and the next one gets its turn.

    Args:
        settings: of the project.
        now: when it goes on.
        delivered: whether this is another environment than the one that it comes from.
        most: highest share of the traffic.
        seed: of the comparison, for whoever must be able to begin the same one again.
        only: number of the version that may; none for whichever it is.

    Raises:
        Refused: meanwhile, somebody else released or started one.
        Unreachable: MLflow does not answer.
        UntrustedModel: the champion cannot be loaded.
    """
    there = state(settings)
    if running := read(there):
        _name(settings, there, running.version)
        return Turn()
    passed: list[PassedOver] = []
    is_test = not delivered and os.environ.get(ENVIRONMENT) == "test"
    share = 0.0 if is_test else min(most, read_experiment(settings.root).share)
    while (found := waiting(versions(settings), there)) is not None:
        if only not in (None, found.number):
            break
        try:
            return Turn(_taken(settings, found.number, there, share, now, seed), tuple(passed))
        except Incomparable as error:
            pass_over(settings, found.number, there.champion or 0, str(error), now)
            passed.append(PassedOver(found.number, str(error), error.hint))
    return Turn(None, tuple(passed))


def _taken(
    settings: Settings, number: int, there: State, share: float, now: datetime, seed: str
) -> Taken:
    if there.champion is None or not share:
        loaded(settings, number, there.champion)
        promote(settings, number, there.champion, "it passed the gate", now, by="the gate")
        return Taken(number, True, f"version {number} answers: it passed the gate")
    begun = start(settings, number, share, now, seed)
    said = f"meets {begun.share:.0%} of the keys, version {begun.against} the others"
    return Taken(number, False, f"version {begun.version} {said}")


def _name(settings: Settings, there: State, number: int) -> None:
    """Call the version that is compared the challenger, where a later one bears that name."""
    if there.aliases.get(CHALLENGER) != number and is_registered(settings, number):
        with client(settings) as mlflow:
            mlflow.set_registered_model_alias(PROJECT, CHALLENGER, str(number))


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
