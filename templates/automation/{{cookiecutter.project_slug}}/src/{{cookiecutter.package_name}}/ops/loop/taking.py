# ours: kept current by mlops-maturity upgrade
"""The steps themselves, each one write of the registry or one run of the pipeline."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..errors import Refused
from ..monitoring.alerts import spread
from ..monitoring.seen import RELEASE
from ..monitoring.series import Alert, one_turn
from ..registry.decisions import note
from ..registry.versions import Version, state, version, versions
from ..release.decision import DROP as DROPPED
from ..release.decision import Decision
from ..release.experiment import pass_over, running, settle
from ..release.guard import go_back
from ..release.waiting import go_on, waiting
from ..steps import Order
from ..tracking.place import client
from ..wiring import train
from .approval import KIND, approved
from .decision import ASK, BACK, COMPARE, DROP, HALT, PROMOTE, TRAIN
from .steps import TAG, TURN
from .turns import DONE, FAILED, read

if TYPE_CHECKING:
    from ..release.waiting import Turn
    from ..settings import Settings
    from .limits import Limits
    from .signals import Look
    from .turns import Event

BY = "the loop"
FROM = "learnt_from"
"""Of the evidence: first moment of the rows of a training; nothing for all of them."""

TWICE = 2


def take(
    settings: Settings,
    now: datetime,
    begun: Event,
    look: Look,
    limits: Limits,
    moment: str | None = None,
) -> Event:
    """Take a step that has begun; returns what is written once it is done.

    Args:
        settings: of the project.
        now: when it is taken.
        begun: the step.
        look: what led to it.
        limits: what may be done.
        moment: that stays the present one for as long as a training takes; none for the real one.

    Raises:
        OpsError: it could not be taken.
    """
    done = replace(begun, phase=DONE)
    if begun.kind == TRAIN:
        return _trained(settings, done, moment)
    if begun.kind == COMPARE:
        seed = f"{begun.turn} {begun.version}"
        turn = go_on(settings, now, most=limits.share, seed=seed, only=begun.version)
        return _compared(turn, done)
    if begun.kind == BACK:
        assert look.harm is not None
        go_back(settings, look.harm, now, BY)
        return done
    if begun.kind == ASK:
        assert begun.version is not None
        with client(settings) as mlflow:
            note(mlflow, begun.version, KIND, f"wanted: {begun.said}", now)
        advice = f"uv run ops approve {begun.version}"
        tell(settings, begun, f"version {begun.version} waits: {begun.said}", advice)
        return done
    _settled(settings, now, begun, look)
    return done


def _compared(turn: Turn, done: Event) -> Event:
    """What came of the versions that wait; one that cannot be compared has had its turn."""
    if turn.taken is not None:
        kind = PROMOTE if turn.taken.answers else COMPARE
        return replace(done, kind=kind, said=turn.taken.said, version=turn.taken.version)
    if not turn.passed_over:
        raise Refused(f"version {done.version} is not next any more", "it goes on at the next look")
    over = turn.passed_over[0]
    return replace(done, kind=DROP, said=f"it is passed over: {over.said}", version=over.version)


def tell(settings: Settings, event: Event, said: str, advice: str) -> None:
    """A person is told of what the loop cannot do by itself, as of an alarm."""
    with one_turn(settings):
        about = (f"version {event.version}",)
        spread(settings, [Alert(event.when, RELEASE, True, about, event.when, said, advice)])


def _settled(settings: Settings, now: datetime, begun: Event, look: Look) -> None:
    """End the comparison."""
    if begun.kind == HALT:
        if (ran := running(settings)) is not None:
            settle(settings, ran, Decision(DROPPED, begun.said, {}), now, BY)
        return
    assert begun.kind in (PROMOTE, DROP)
    assert begun.version is not None
    stood, later = look.standing, "it goes on at the next look"
    is_unwanted = begun.kind == DROP and (stood is None or stood.decision.kind == PROMOTE)
    if is_unwanted and approved(version(settings, begun.version)):
        raise Refused(f"version {begun.version} was approved just now", later)
    if stood is None:
        there = state(settings)
        if (found := waiting(versions(settings), there)) is None or found.number != begun.version:
            raise Refused(f"version {begun.version} is not next any more", later)
        pass_over(settings, begun.version, there.champion or 0, begun.said, now)
        return
    decision = stood.decision
    if begun.kind != PROMOTE:
        decision = Decision(DROPPED, begun.said, decision.figures)
    settle(settings, stood.experiment, decision, now, BY)


def _trained(settings: Settings, done: Event, moment: str | None) -> Event:
    """Train, or find that it was trained."""
    found, start = made(versions(settings), done.turn), _start(settings, done)
    if found is None:
        until = _text(done.evidence.get("until"))
        order = Order(start, until, {}, until, moment)
        turn = TURN.set(done.turn)
        try:
            train(settings, order, lambda line: print(f"  {line}", file=sys.stderr))
        finally:
            TURN.reset(turn)
        found = made(versions(settings), done.turn)
    if found is None:
        return replace(done, said="it was trained, and is not there")
    told = {"metrics": found.metrics, "failed": found.failed, "trained": found.number, FROM: start}
    return replace(
        done,
        said="the gate refuses it" if found.failed else "it passed the gate",
        version=None if found.failed else found.number,
        evidence={**done.evidence, **told},
    )


def made(known: Sequence[Version], turn: str) -> Version | None:
    """The version that a turn has trained."""
    return next((one for one in reversed(known) if one.tags.get(TAG) == turn), None)


def _start(settings: Settings, done: Event) -> str | None:
    """Where the rows begin: at the change, unless what was learnt since then was refused `TWICE`.

    Rows of the world before are most of all rows for long, and the newest ones judge: what learns
    from all of them hardly sees the change. Where it is none, they teach more.
    """
    start = _text(done.evidence.get("start"))
    trained = [
        one
        for one in read(settings)
        if one.kind == TRAIN and one.phase in (DONE, FAILED) and one.turn != done.turn
    ]
    last = [one.version is None and _text(one.evidence.get(FROM)) == start for one in trained]
    return None if sum(last[-TWICE:]) == TWICE else start


def _text(value: Any) -> str | None:
    return str(value) if value else None
