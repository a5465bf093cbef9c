# ours: kept current by mlops-maturity upgrade
"""The pipeline of the loop: odd batches are left out, and what passed waits for the loop."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING

from ..registry.versions import state
from ..release import steps as before
from ..release.steps import STEPS as BEFORE
from ..steps import Step
from .batches import sort
from .limits import read_limits
from .stop import halted

if TYPE_CHECKING:
    from ..pipeline.pipeline import Pipeline

TURN = ContextVar("turn", default="")
"""Id of the turn that trains; nothing where a person does."""

TAG = "turn"


def extract(work: Pipeline) -> Pipeline:
    """Rows of the window; the run is told which turn it belongs to."""
    read_limits(work.settings.root)
    work = before.extract(work)
    return replace(work, tags={**work.tags, TAG: TURN.get()}) if TURN.get() else work


def quarantine(work: Pipeline) -> Pipeline:
    """Leave out the rows of odd batches: nothing is learnt of them, and nothing judged by them."""
    assert work.rows is not None
    found = sort(work.settings, work.rows, read_limits(work.settings.root))
    if not found.odd.any():
        return replace(work, said="no batch is odd")
    said = "; ".join(f"{start}: {why}" for start, why in found.why.items())
    rows = work.rows.part(work.rows.labels.notna() & ~found.odd)
    return replace(
        work,
        rows=rows,
        tags={**work.tags, "quarantine": said[:2000]},
        notes=(*work.notes, f"left out, in quarantine: {said}"),
        said=f"{int(found.odd.sum()):,} rows of {len(found.why)} batches are left out",
    )


def release(work: Pipeline) -> Pipeline:
    """What a person trains goes on as at the level below; what the loop trains waits for it.

    The first version answers at once in either case, but while everything is stopped.
    """
    if work.code:
        return before.release(work)
    first = state(work.settings).champion is None
    if not halted(work.settings) and (first or not TURN.get()):
        return before.release(work)
    said = f"version {work.card['version']} waits for the loop"
    return replace(work, said=said, onward=("ops loop", "ops releases"))


_OTHERS = {"extract": extract, "release": release}


def _steps() -> tuple[Step[Pipeline], ...]:
    found = [replace(one, run=_OTHERS.get(one.name, one.run)) for one in BEFORE]
    place = [one.name for one in found].index("train")
    return (*found[:place], Step("quarantine", quarantine), *found[place:])


STEPS = _steps()
