# ours: kept current by mlops-maturity upgrade
"""One tick: look, decide, take one step, write it down. Safe to repeat, wherever it was ended."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from ..errors import OpsError, Refused
from ..monitoring.watching import observe
from ..registry.versions import state
from ..release.looks import keep
from ..release.telling import tell_releases
from ..tracking.place import Unreachable
from .decision import BACK, HALT, TRAIN, WAIT, Step, decide
from .limits import Limits, limits_or_held
from .resuming import released_first, taken_up, unfinished
from .signals import Look
from .taking import take, tell
from .turns import AGAIN, BEGUN, FAILED, Event, append, current, memory, named, read

if TYPE_CHECKING:
    from ..settings import Settings

Renew = Callable[[], None]
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Ticked(Step):
    """The step that was taken.

    Attributes:
        trouble: what could not be done beside it, in words.
    """

    trouble: tuple[str, ...] = ()


def tick(
    settings: Settings,
    now: datetime,
    until: str | None = None,
    renew: Renew = lambda: None,
    watch: bool = True,
    clock: Clock | None = None,
) -> Ticked:
    """Look once, and take the one step that follows.

    Args:
        settings: of the project.
        now: aware.
        until: first moment after the rows that exist now; none for all that there are.
        renew: makes the lease longer, before each write; raises where it is lost.
        watch: whether windows of the log are looked at first.
        clock: tells the time once a step is done; without one, it is `now` for as long as it takes.

    Raises:
        Refused: the lease was lost, or somebody else acted meanwhile.
        Unreachable: MLflow does not answer.
    """
    limits, wrong = limits_or_held(settings.root)
    renew()
    for event in unfinished(settings, read(settings)):
        append(settings, replace(event, when=_text(now)))
    trouble = [wrong] if wrong else []
    if watch:
        trouble += _apart("windows of the log", partial(_watched, settings, now))
    look = Look(settings, now, until, limits)
    trouble += [look.trouble] if look.trouble else []
    if ran := look.standing:
        keep(settings, ran.experiment.id, ran.decision, now)
    events = read(settings)
    step = decide(now, look.signals, memory(events), limits)
    if wrong and step.kind not in (HALT, BACK):
        step = Step(WAIT, "nothing but a stop or a way back, until the settings are right")
    if step.kind != WAIT:
        renew()
        _take(settings, now, step, look, limits, renew, clock)
    trouble += _apart("telling of releases", partial(tell_releases, settings, now))
    return Ticked(step.kind, step.reason, step.version, tuple(trouble))


def _watched(settings: Settings, now: datetime) -> None:
    """Look at windows that are over."""
    if state(settings).champion is None:
        return
    observe(settings, now)


def _apart(what: str, run: Callable[[], None]) -> list[str]:
    """Do what must not keep the loop from acting, such as from going back; tells what broke."""
    try:
        run()
    except Unreachable:  # the loop cannot do without MLflow either
        raise
    except Exception as error:
        return [f"{what}: {error}"]
    return []


def _take(
    settings: Settings,
    now: datetime,
    step: Step,
    look: Look,
    limits: Limits,
    renew: Renew,
    clock: Clock | None,
) -> None:
    """Write that it begins, do it, write that it is done."""
    events = read(settings)
    begun = taken_up(events, step)
    if begun is not None:  # it is told once that it began
        append(settings, replace(begun, phase=AGAIN, when=_text(now)))
    else:
        turn = "" if step.kind == TRAIN else current(events, step.version)
        turn = turn or named(now, step.kind, step.reason)
        about = (step.reason, step.version, _evidence(look))
        begun = Event(turn, _text(now), step.kind, BEGUN, *about)
        append(settings, begun)
    moment, tells = (None, clock) if clock else (_text(now), lambda: now)
    try:
        done = take(settings, now, begun, look, limits, moment)
    except Exception as error:
        if step.kind != TRAIN and not isinstance(error, OpsError):
            raise
        renew()
        said = str(error).partition("\n")[0][:300] or type(error).__name__
        failed = replace(begun, phase=FAILED, when=_text(tells()), said=said)
        is_fresh = not events or _outline(events[-1]) != _outline(failed)
        if step.kind != TRAIN and is_fresh and not isinstance(error, Refused):
            _apart("telling of it", partial(_told, settings, failed))
        append(settings, failed)
        print(f"{step.kind} failed: {said}", file=sys.stderr)
        if step.kind == TRAIN:
            return
        raise
    renew()  # a long step may have lost it: then it is for the other one to write
    done = replace(done, when=_text(tells()))
    append(settings, done)
    for event in released_first(done, state(settings)):
        append(settings, event)


def _told(settings: Settings, failed: Event) -> None:
    said = f"version {failed.version}: {failed.kind} failed: {failed.said}"
    tell(settings, failed, said, "each look tries again; see ops releases")


def _outline(event: Event) -> tuple[object, ...]:
    """What is the same about a step that fails at each look."""
    return event.kind, event.phase, event.version, event.said


def _evidence(look: Look) -> dict[str, object]:
    """What led to a step: names and figures, so that it can be taken again and be understood."""
    seen = look.signals
    found: dict[str, object] = {
        "alarms": [alarm.said for alarm in seen.alarms],
        "since": look.since,
        "start": look.start,
        "until": look.until,
        "fresh": seen.fresh,
        "odd": seen.odd,
    }
    if look.standing:
        figures = look.standing.decision.figures
        found["figures"] = {name: _plain(value) for name, value in figures.items()}
    return {name: value for name, value in found.items() if value}


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _plain(value: float) -> float | None:
    return value if abs(value) != float("inf") else None
