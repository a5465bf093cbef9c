"""The parts of a report that advise: how far to go, and the road there."""

from __future__ import annotations

from assessment.questions import Effort
from assessment.report.part import LevelNumber, Part

__all__ = [
    "ConflictLine",
    "DroppedLine",
    "LayerLine",
    "NoteLine",
    "ReasonLine",
    "RecommendationLine",
    "StepLine",
    "WorkLine",
]


class ReasonLine(Part):
    """A sentence for a level, with its rule, condition and source."""

    rule: str
    level: int
    sentence: str
    condition: str
    source: str


class ConflictLine(Part):
    """A cap below the need, and ways out."""

    reason: ReasonLine
    need: int
    options: tuple[str, ...]


class NoteLine(Part):
    """What the target means for some dimensions."""

    rule: str
    dimensions: tuple[str, ...]
    sentence: str
    condition: str
    source: str


class DroppedLine(Part):
    """A missing fact and the rules that wait for it."""

    fact: str
    meaning: str
    rules: tuple[str, ...]


class RecommendationLine(Part):
    """How far to go; `label` is the target as people write it, such as `3+`."""

    target: LevelNumber
    approval: bool
    label: str
    name: str
    need: LevelNumber
    next_step: LevelNumber
    reasons: tuple[ReasonLine, ...]
    conflicts: tuple[ConflictLine, ...]
    notes: tuple[NoteLine, ...]
    dropped: tuple[DroppedLine, ...]


class LayerLine(Part):
    """A layer that the generator brings: `makes` are items of the bank as `CODE@option`."""

    name: str
    title: str
    since: int
    makes: tuple[str, ...]


class WorkLine(Part):
    """One thing to do: the option to reach, and the layers that bring it."""

    code: str
    question: str
    now: str | None
    option: int
    need: str
    remedy: str
    effort: Effort
    layers: tuple[str, ...]


class StepLine(Part):
    """One step of the road: what is to do, least effort first.

    `spared` are items of dimensions for which a lower level is enough; `layers` come with the
    level.
    """

    level: LevelNumber
    name: str
    truth: str
    work: tuple[WorkLine, ...]
    spared: tuple[str, ...]
    layers: tuple[LayerLine, ...]
