# ours: kept current by mlops-maturity upgrade
"""What a tick that was killed has left: what it did and did not write down, what is taken up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from ..registry.versions import state, versions
from ..release.experiment import TAG, running
from .decision import ASK, BACK, COMPARE, DROP, HALT, PROMOTE, TRAIN, Step
from .taking import made
from .turns import AGAIN, BEGUN, DONE, FAILED, Event, memory

if TYPE_CHECKING:
    from ..registry.versions import State
    from ..settings import Settings

MOST_TRIES = 3
"""Times that one training is begun where it is killed: what kills it may be the training itself."""


def unfinished(settings: Settings, events: Sequence[Event]) -> Iterator[Event]:
    """What was done by a tick that did not come to write it down."""
    if not events:
        return
    last = events[-1]
    if (last.kind, last.phase) == (TRAIN, DONE):
        yield from released_first(last, state(settings))
    if last.phase not in (BEGUN, AGAIN) or last.kind == ASK:
        return
    if last.kind == TRAIN:
        tried = len(list(takewhile(lambda one: one.phase == AGAIN, reversed(events)))) + 1
        if tried >= MOST_TRIES and made(versions(settings), last.turn) is None:
            yield replace(last, phase=FAILED, said=f"it was ended {tried} times")
    elif kind := _happened(settings, last):
        yield replace(last, phase=DONE, kind=kind)


def _happened(settings: Settings, begun: Event) -> str:
    """The kind of step that became of one that had begun; nothing where none did."""
    there, ran, number = state(settings), running(settings), begun.version
    answers, runs = there.champion == number, ran is not None and ran.version == number
    if begun.kind == COMPARE and (answers or runs):
        return PROMOTE if answers else COMPARE
    if begun.kind in (COMPARE, DROP):
        known = {one.number: one.tags for one in versions(settings)}
        is_over = TAG in known[number] if number in known else begun.kind == DROP
        return DROP if is_over and not runs else ""
    happened = {PROMOTE: answers, BACK: not answers, HALT: not runs}
    return begun.kind if happened[begun.kind] else ""


def released_first(done: Event, there: State) -> Iterator[Event]:
    """That a version was released by its training: the first one of all answers at once."""
    is_first = {one.version for one in there.releases} == {done.version}
    if done.kind == TRAIN and is_first and there.champion == done.version:
        yield replace(done, kind=PROMOTE)


def taken_up(events: Sequence[Event], step: Step) -> Event | None:
    """Where a step began that was not done and is the same; it may be a question to a person."""
    if step.kind == TRAIN and memory(events).open:
        return next(one for one in reversed(events) if (one.kind, one.phase) == (TRAIN, BEGUN))
    last = events[-1] if events else None
    is_open = last is not None and last.phase in (BEGUN, AGAIN)
    is_same = last is not None and (last.kind, last.version) == (step.kind, step.version)
    return last if is_open and is_same and step.kind == ASK else None
