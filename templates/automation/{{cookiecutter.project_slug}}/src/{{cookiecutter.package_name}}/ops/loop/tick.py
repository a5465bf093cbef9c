# ours: kept current by mlops-maturity upgrade
"""One tick: look, decide, take one step, write it down. Safe to repeat, wherever it was ended."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

from ..errors import OpsError
from ..monitoring.watching import observe
from ..registry.versions import state
from ..release.experiment import running
from ..release.telling import tell_releases
from ..tracking.place import Unreachable
from .decision import ASK, BACK, COMPARE, DROP, HALT, PROMOTE, TRAIN, WAIT, Step, decide
from .limits import Limits, read_limits
from .signals import Look
from .taking import take
from .turns import AGAIN, BEGUN, DONE, FAILED, Event, append, current, memory, named, read

if TYPE_CHECKING:
    from ..registry.versions import State
    from ..settings import Settings

Renew = Callable[[], None]
MOST_TRIES = 3
"""Times that one training is begun where it is killed: what kills it may be the training itself."""


def tick(
    settings: Settings,
    now: datetime,
    until: str | None = None,
    renew: Renew = lambda: None,
    watch: bool = True,
) -> Step:
    """Look once, and take the one step that follows.

    Args:
        settings: of the project.
        now: aware.
        until: first moment after the rows that exist now; none for all that there are.
        renew: makes the lease longer, before each write; raises where it is lost.
        watch: whether windows of the log are looked at first.

    Raises:
        Refused: the lease was lost, or somebody else acted meanwhile.
        Unreachable: MLflow does not answer.
    """
    limits = read_limits(settings.root)
    renew()
    for event in unfinished(settings, read(settings)):
        append(settings, event)
    if watch:
        _apart("windows of the log", partial(_watched, settings, now))
    look = Look(settings, now, until, limits)
    events = read(settings)
    step = decide(now, look.signals, memory(events), limits)
    if step.kind != WAIT:
        renew()
        _take(settings, now, until, step, look, limits)
    _apart("telling of releases", partial(tell_releases, settings, now))
    return step


def _watched(settings: Settings, now: datetime) -> None:
    """Look at windows that are over."""
    if state(settings).champion is None:
        return
    observe(settings, now)


def _apart(what: str, run: Callable[[], None]) -> None:
    """Do what must not keep the loop from acting, such as from going back."""
    try:
        run()
    except Unreachable:  # the loop cannot do without MLflow either
        raise
    except Exception as error:
        print(f"error: {what}: {error}", file=sys.stderr)


def unfinished(settings: Settings, events: tuple[Event, ...]) -> Iterator[Event]:
    """What was done by a tick that did not come to write it down."""
    if events and (events[-1].kind, events[-1].phase) == (TRAIN, DONE):
        yield from _released_first(events[-1], state(settings))
    if not events or events[-1].phase not in (BEGUN, AGAIN):
        return
    if events[-1].kind == TRAIN:
        tried = len(list(takewhile(lambda one: one.phase == AGAIN, reversed(events)))) + 1
        if tried == MOST_TRIES:
            yield replace(events[-1], phase=FAILED, said=f"it was ended {tried} times")
        return
    last, there, ran = events[-1], state(settings), running(settings)
    happened = {
        PROMOTE: there.champion == last.version,
        BACK: there.champion != last.version,
        DROP: ran is None or ran.version != last.version,
        HALT: ran is None or ran.version != last.version,
        COMPARE: there.champion == last.version or bool(ran and ran.version == last.version),
        ASK: True,
    }
    if happened[last.kind]:
        answers = last.kind == COMPARE and there.champion == last.version
        yield replace(last, phase=DONE, kind=PROMOTE if answers else last.kind)


def _released_first(done: Event, there: State) -> Iterator[Event]:
    """That a version was released by its training: the first one of all answers at once."""
    is_first = {one.version for one in there.releases} == {done.version}
    if done.kind == TRAIN and is_first and there.champion == done.version:
        yield replace(done, kind=PROMOTE)


def _take(
    settings: Settings, now: datetime, until: str | None, step: Step, look: Look, limits: Limits
) -> None:
    """Write that it begins, do it, write that it is done."""
    events = read(settings)
    turn = current(events, step.version)
    if step.kind == TRAIN:
        turn = turn if memory(events).open else named(now, step.kind, step.reason)
    turn = turn or named(now, step.kind, step.reason)
    when = now.isoformat(timespec="seconds")
    begun = Event(turn, when, step.kind, BEGUN, step.reason, step.version, _evidence(look, until))
    open_training = step.kind == TRAIN and memory(events).open
    if open_training:  # it is told once that it began
        begun = next(one for one in reversed(events) if one.kind == TRAIN and one.phase == BEGUN)
        append(settings, replace(begun, phase=AGAIN))
    else:
        append(settings, begun)
    try:
        done = take(settings, now, begun, look, limits)
    except Exception as error:
        if step.kind != TRAIN and not isinstance(error, OpsError):
            raise
        said = str(error).partition("\n")[0][:300] or type(error).__name__
        append(settings, replace(begun, phase=FAILED, when=when, said=said))
        print(f"{step.kind} failed: {said}", file=sys.stderr)
        if step.kind != TRAIN:
            raise
        return
    done = replace(done, when=when)
    append(settings, done)
    for event in _released_first(done, state(settings)):
        append(settings, event)


def _evidence(look: Look, until: str | None) -> dict[str, object]:
    """What led to a step: names and figures, so that it can be taken again and be understood."""
    seen = look.signals
    found: dict[str, object] = {
        "alarms": [alarm.said for alarm in seen.alarms],
        "since": look.since,
        "start": look.start,
        "until": until,
        "fresh": seen.fresh,
        "odd": seen.odd,
    }
    if look.standing:
        figures = look.standing.decision.figures
        found["figures"] = {name: _plain(value) for name, value in figures.items()}
    return {name: value for name, value in found.items() if value}


def _plain(value: float) -> float | None:
    return value if abs(value) != float("inf") else None
