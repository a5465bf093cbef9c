# ours: kept current by mlops-maturity upgrade
"""What `ops watch` looks at here: the loop, which does what follows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from ..monitoring.seen import RELEASE
from ..monitoring.series import alerts
from ..release.watching import Event, Look
from .decision import BACK, WAIT
from .lease import held
from .limits import limits_or_held
from .tick import tick

if TYPE_CHECKING:
    from datetime import datetime

    from ..settings import Settings

MOST = 4
"""Steps that one look may bring about: train, compare, and what follows at once."""


def look(settings: Settings, now: datetime) -> Iterator[Event]:
    """Take the steps that follow, and tell of alarms that began or ended."""
    before, began = len(alerts(settings)), time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - began)

    with held(settings, limits_or_held(settings.root)[0].lease) as lease:
        for _ in range(MOST):
            step = tick(settings, clock(), renew=lease.renew, clock=clock)
            for said in step.trouble:
                yield Event(said, broken=True)
            if step.kind == WAIT:
                break
            about = f" version {step.version}" if step.version is not None else ""
            yield Event(f"{step.kind}{about}: {step.reason}", grave=step.kind == BACK)
    for alert in alerts(settings)[before:]:
        if alert.kind != RELEASE:
            yield Event(f"{alert.said}; {alert.advice}", grave=alert.begun)


LOOKS: tuple[tuple[str, Look], ...] = (("loop", look),)
