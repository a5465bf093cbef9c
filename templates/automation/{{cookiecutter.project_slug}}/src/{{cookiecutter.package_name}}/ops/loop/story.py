# ours: kept current by mlops-maturity upgrade
"""The turns of the loop, for the time line of the page and for `ops releases`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..monitoring.overview import Event
from .approval import settled
from .turns import DONE, FAILED, Turn, read, turns

if TYPE_CHECKING:
    from ..monitoring.overview import Registry
    from ..settings import Settings

KIND = "loop"


def happened(settings: Settings, registry: Registry) -> Iterator[Event]:
    """What the loop did: each step that was done, or failed."""
    for one in read(settings):
        if one.phase in (DONE, FAILED):
            word = one.kind if one.phase == DONE else f"{one.kind} failed"
            when = datetime.fromisoformat(one.when)
            yield Event(when, KIND, f"loop, {word}: {one.said}", one.version)


def told(settings: Settings) -> Iterator[dict[str, Any]]:
    """Each turn as one entry: signal, steps, figures, outcome, and how long it took."""
    found = turns(read(settings))
    about = (one.events[-1].version for one in found if not one.outcome)
    over = settled(settings, {number for number in about if number is not None})
    for one in found:
        otherwise = "ended otherwise" if one.events[-1].version in over else "it goes on"
        outcome = one.outcome or otherwise
        evidence = {name: value for event in one.events for name, value in event.evidence.items()}
        yield {
            "when": one.ended or one.events[-1].when,
            "turn": one.id,
            "signal": one.events[0].said,
            "steps": [[event.when, event.kind, event.phase, event.said] for event in one.events],
            "evidence": evidence,
            "outcome": outcome,
            "seconds": one.seconds,
            "said": _said(one, outcome),
        }


def _said(turn: Turn, outcome: str) -> str:
    kinds = [one.kind for one in turn.events if one.phase in (DONE, FAILED)]
    hours = "" if turn.seconds is None else f", {turn.seconds / 3600:.1f} hours after the signal"
    steps = ", ".join(dict.fromkeys(kinds)) or turn.events[0].kind
    return f"turn {turn.id}: {turn.events[0].said}: {steps}; {outcome}{hours}"
