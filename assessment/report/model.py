"""The report: everything that a format may show, complete in itself.

It is what `--format json` prints. `SCHEMA_VERSION` changes when a field changes its meaning or
goes; a field may be added without a change.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from assessment.confidence import Word
from assessment.facts import Facts
from assessment.questions import Effort, Profile

__all__ = [
    "SCHEMA_VERSION",
    "AnswerLine",
    "BankLine",
    "ConfidenceLine",
    "ConflictLine",
    "DimensionLine",
    "DroppedLine",
    "ItemLine",
    "LevelLine",
    "NeedLine",
    "NoteLine",
    "ProgressLine",
    "ReasonLine",
    "RecommendationLine",
    "Report",
]

SCHEMA_VERSION: Literal[1] = 1


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class BankLine(_Part):
    """Which questions were asked."""

    version: str
    sha256: str


class LevelLine(_Part):
    """The level: `possible` counts unknown items as met."""

    confirmed: int
    possible: int
    name: str
    truth: str
    button: str
    enough: str
    short: str


class ConfidenceLine(_Part):
    """How much it is worth: a word, the mean weight behind it, and what lowered it."""

    word: Word
    weight: float
    reasons: tuple[str, ...]


class DimensionLine(_Part):
    """One dimension; `asked` are the levels that require something of it."""

    code: str
    name: str
    confirmed: int
    possible: int
    asked: tuple[int, ...]
    target: int | None


class ProgressLine(_Part):
    """Required and supporting items of the next level; `share` counts steps of ladders, 0 to 1."""

    level: int
    met: int
    required: int
    supported: int
    supporting: int
    share: float


class AnswerLine(_Part):
    """An answer: the option by number and text, or the reason why the question does not apply."""

    value: int | None
    text: str | None
    not_applicable: str | None
    evidence: str | None
    note: str | None


class NeedLine(_Part):
    """The lowest gate that is not passed."""

    level: int
    option: int
    text: str


class ItemLine(_Part):
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


class ReasonLine(_Part):
    """A sentence for a level, with its rule, condition and source."""

    rule: str
    level: int
    sentence: str
    condition: str
    source: str


class ConflictLine(_Part):
    """A cap below the need, and ways out."""

    reason: ReasonLine
    need: int
    options: tuple[str, ...]


class NoteLine(_Part):
    """What the target means for some dimensions."""

    rule: str
    dimensions: tuple[str, ...]
    sentence: str
    condition: str
    source: str


class DroppedLine(_Part):
    """A missing fact and the rules that wait for it."""

    fact: str
    meaning: str
    rules: tuple[str, ...]


class RecommendationLine(_Part):
    """How far to go; `label` is the target as people write it, such as `3+`."""

    target: int
    approval: bool
    label: str
    name: str
    need: int
    next_step: int
    reasons: tuple[ReasonLine, ...]
    conflicts: tuple[ConflictLine, ...]
    notes: tuple[NoteLine, ...]
    dropped: tuple[DroppedLine, ...]


class Report(_Part):
    """A whole report."""

    schema_version: Literal[1] = SCHEMA_VERSION
    tool_version: str
    bank: BankLine
    project: str | None
    person: str | None
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
    next: tuple[str, ...]
