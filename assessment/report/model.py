"""The report: everything that a format may show, complete in itself.

It is what `--format json` prints. `SCHEMA_VERSION` changes with the fields: a reader of one version
knows all that may stand there.
"""

from __future__ import annotations

from typing import Literal

from assessment.confidence import Word
from assessment.facts import Facts
from assessment.questions import Effort, Profile
from assessment.report.advice import (
    ConflictLine,
    DroppedLine,
    LayerLine,
    NoteLine,
    ReasonLine,
    RecommendationLine,
    StepLine,
    WorkLine,
)
from assessment.report.part import BankLine, LevelNumber, Part
from assessment.report.past import ChangeLine, ComparisonLine, HistoryLine, MoveLine

__all__ = [
    "SCHEMA_VERSION",
    "AnswerLine",
    "BankLine",
    "ChangeLine",
    "ComparisonLine",
    "ConfidenceLine",
    "ConflictLine",
    "DimensionLine",
    "DisagreementLine",
    "DroppedLine",
    "HistoryLine",
    "ItemLine",
    "LayerLine",
    "LevelLine",
    "MoveLine",
    "NeedLine",
    "NoteLine",
    "ProgressLine",
    "ReasonLine",
    "RecommendationLine",
    "Report",
    "StepLine",
    "VoteLine",
    "WorkLine",
]

SCHEMA_VERSION: Literal[1] = 1


class LevelLine(Part):
    """The level: `possible` counts unknown items as met."""

    confirmed: LevelNumber
    possible: LevelNumber
    name: str
    truth: str
    button: str
    enough: str
    short: str


class ConfidenceLine(Part):
    """How much it is worth: a word, the mean weight behind it, and what lowered it."""

    word: Word
    weight: float
    reasons: tuple[str, ...]


class DimensionLine(Part):
    """One dimension; `asked` are the levels that require something of it."""

    code: str
    name: str
    confirmed: LevelNumber
    possible: LevelNumber
    asked: tuple[LevelNumber, ...]
    target: LevelNumber | None


class ProgressLine(Part):
    """Required and supporting items of the next level; `share` counts steps of ladders, 0 to 1."""

    level: int
    met: int
    required: int
    supported: int
    supporting: int
    share: float


class AnswerLine(Part):
    """An answer: the option by number and text, or the reason why the question does not apply."""

    value: int | None
    text: str | None
    not_applicable: str | None
    evidence: str | None
    note: str | None


class NeedLine(Part):
    """The lowest gate that is not passed."""

    level: int
    option: int
    text: str


class ItemLine(Part):
    """One question with its answer, how it stands, and what to do about it."""

    code: str
    dimension: str
    question: str
    visible: Literal["repository", "outside"]
    status: Literal["met", "not met", "unknown", "not applicable", "not gating"]
    answer: AnswerLine
    need: NeedLine | None
    remedy: str
    effort: Effort
    why: str
    good: str
    sources: tuple[str, ...]


class VoteLine(Part):
    """What one person answered; `person` is absent where names were left out."""

    person: str | None
    value: int
    text: str


class DisagreementLine(Part):
    """A question on which answers lie two options or more apart, lowest answer first."""

    code: str
    question: str
    votes: tuple[VoteLine, ...]


class Report(Part):
    """A whole report.

    `date` is in ISO 8601 with the offset; `people` is empty where names were left out.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    tool_version: str
    bank: BankLine
    date: str | None = None
    commit: str | None = None
    project: str | None
    raters: int = 1
    people: tuple[str, ...] = ()
    profile: Profile
    quick: bool
    level: LevelLine
    confidence: ConfidenceLine
    dimensions: tuple[DimensionLine, ...]
    progress: ProgressLine | None
    blockers: tuple[str, ...]
    assumed: dict[str, tuple[str, ...]]
    items: tuple[ItemLine, ...]
    facts: Facts | None
    recommendation: RecommendationLine | None
    disagreements: tuple[DisagreementLine, ...] = ()
    road: tuple[StepLine, ...] = ()
    comparison: ComparisonLine | None = None
    history: tuple[HistoryLine, ...] = ()
    next: tuple[str, ...]
