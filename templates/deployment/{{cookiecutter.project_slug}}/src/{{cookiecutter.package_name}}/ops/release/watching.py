# ours: kept current by mlops-maturity upgrade
"""One look at all that goes on by itself: the guard, the comparison, what is told, the windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from .. import wiring
from ..errors import OpsError
from ..settings import read_part, within
from .decision import PROMOTE, WAIT
from .guard import guard
from .judging import judge
from .telling import tell_releases

if TYPE_CHECKING:
    from datetime import datetime

    from ..settings import Settings

Look = Callable[["Settings", "datetime"], Iterator["Event"]]


@dataclass(frozen=True)
class Watch:
    """The table `[watch]`: seconds between two looks."""

    every: float


@dataclass(frozen=True)
class Event:
    """Something that was done or found.

    Attributes:
        said: in words.
        grave: whether a person should look at it: a version was taken back, or an alarm began.
        broken: whether a part could not do its work.
    """

    said: str
    grave: bool = False
    broken: bool = False


def read_watch(folder: Path | None = None) -> Watch:
    """The table `[watch]`.

    Raises:
        InvalidSettings: names the key and what is allowed there.
    """
    found = read_part(Watch, "watch", folder)
    within("watch.every", found.every, 1.0, 86_400)
    return found


def turn(settings: Settings, now: datetime) -> Iterator[Event]:
    """Look once; a part that breaks is told, and does not stop the others. Safe to repeat."""
    ops = str(__package__).rpartition(".")[0]
    for name, look in import_module(f"{ops}.{wiring.LOOKS}").LOOKS:
        try:
            yield from look(settings, now)
        except OpsError as error:
            yield Event(f"{name}: {error}", broken=True)
        except Exception as error:
            first = str(error).partition("\n")[0]
            yield Event(f"{name}: {type(error).__name__}: {first}", broken=True)


def _guarded(settings: Settings, now: datetime) -> Iterator[Event]:
    if found := guard(settings, now):
        said = f"version {found.to} answers again in the place of version {found.version}"
        yield Event(f"{said}: {found.reason}", grave=True)


def _judged(settings: Settings, now: datetime) -> Iterator[Event]:
    found = judge(settings, now)
    if found.standing and found.standing.decision.kind != WAIT:
        ran, decision = found.standing.experiment, found.standing.decision
        said = "answers from now on" if decision.kind == PROMOTE else "meets nobody any more"
        yield Event(f"version {ran.version} {said}: {decision.reason}")
    for one in found.passed_over:
        yield Event(f"version {one.version} is passed over: {one.said}; {one.advice}")
    if found.taken:
        yield Event(found.taken.said)


def _spread(settings: Settings, now: datetime) -> Iterator[Event]:
    tell_releases(settings, now)
    return iter(())  # who did it has said so


def observed(settings: Settings, now: datetime) -> Iterator[Event]:
    from ..monitoring.series import alerts
    from ..monitoring.watching import observe

    before = len(list(alerts(settings)))
    for window in observe(settings, now):
        yield Event(f"window up to {window.end}: {window.state}")
    for alert in list(alerts(settings))[before:]:
        yield Event(f"{alert.said}; {alert.advice}", grave=alert.begun)


LOOKS: tuple[tuple[str, Look], ...] = (
    ("guard", _guarded),
    ("comparison", _judged),
    ("releases", _spread),
    ("windows", observed),
)
