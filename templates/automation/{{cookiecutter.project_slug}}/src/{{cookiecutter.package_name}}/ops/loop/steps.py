# ours: kept current by mlops-maturity upgrade
"""The pipeline of the loop: odd batches are left out, and what passed waits for the loop."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING

from ..registry.versions import state
from ..release import steps as before
from ..release.limits import read_experiment
from ..release.steps import STEPS as BEFORE
from ..steps import Step
from .limits import read_limits
from .quarantine import quarantine
from .stop import halted

if TYPE_CHECKING:
    from datetime import datetime

    from ..pipeline.pipeline import Pipeline
    from ..settings import Settings

TURN = ContextVar("turn", default="")
"""Id of the turn that trains; nothing where a person does."""

TAG = "turn"


def extract(work: Pipeline) -> Pipeline:
    """Rows of the window; the run is told which turn it belongs to."""
    read_limits(work.settings.root)
    work = before.extract(work)
    return replace(work, tags={**work.tags, TAG: TURN.get()}) if TURN.get() else work


def release(work: Pipeline) -> Pipeline:
    """What the loop trains waits for it, and what others train goes on as at the level below.

    It waits, too, where the limits ask for it: while everything is stopped or frozen, for approval,
    and where it would meet more of the keys than it may. The first version meets nobody else, and
    answers at once.
    """
    if work.code or _is_free(work):
        return before.release(work)
    said = f"version {work.card['version']} waits for the loop"
    return replace(work, said=said, onward=("ops loop", "ops releases"))


def _is_free(work: Pipeline) -> bool:
    if held_back(work.settings, work.now):
        return False
    limits, share = read_limits(work.settings.root), read_experiment(work.settings.root).share
    return state(work.settings).champion is None or not (TURN.get() or share > limits.share)


def held_back(settings: Settings, now: datetime) -> bool:
    """Whether nothing may be released at all but by a person."""
    limits = read_limits(settings.root)
    frozen = any(one.holds(now) for one in limits.frozen)
    return bool(halted(settings)) or frozen or limits.approval


_OTHERS = {"extract": extract, "release": release}


def _steps() -> tuple[Step[Pipeline], ...]:
    found = [replace(one, run=_OTHERS.get(one.name, one.run)) for one in BEFORE]
    place = [one.name for one in found].index("train")
    return (*found[:place], Step("quarantine", quarantine), *found[place:])


STEPS = _steps()
