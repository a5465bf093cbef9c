"""Answers against the gates: a level with an interval, a profile, progress and blockers.

A level is achieved when every applicable item that it or a level below requires is met. An unknown
item counts as not met for the confirmed level and as met for the possible one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import get_args

from assessment.answers import Answer, Answers
from assessment.confidence import Confidence, Ground, confidence
from assessment.facts import Facts
from assessment.gates import Gate, assumed, gates, inapplicable, supports
from assessment.levels import HIGHEST, load_levels
from assessment.questions import Bank, Effort, Profile, Question

__all__ = ["Assessment", "DimensionLevel", "Item", "Progress", "Status", "score"]

_EFFORTS: tuple[Effort, ...] = get_args(Effort)


class Status(StrEnum):
    """How an item stands towards the next level."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"
    NOT_GATING = "not gating"


@dataclass(frozen=True)
class Item:
    """A question with its answer and what the levels require of it.

    Attributes:
        question: from the bank.
        answer: as given; unknown where it is absent.
        status: towards the level above the confirmed one.
        gates: what is required, lowest level first; none where it does not apply.
        supports: what counts for progress only.
        not_applicable: the reason, where the question does not apply.
    """

    question: Question
    answer: Answer
    gates: tuple[Gate, ...]
    supports: tuple[Gate, ...]
    not_applicable: str | None = None
    status: Status = Status.NOT_GATING

    @property
    def need(self) -> Gate | None:
        """The lowest gate that is not passed."""
        return next((gate for gate in self.gates if not self.passes(gate)), None)

    def passes(self, gate: Gate, benefit_of_doubt: bool = False) -> bool:
        """Whether the answer satisfies a gate; an unknown one does with the benefit of doubt."""
        if self.answer.value is None:
            return benefit_of_doubt
        return gate.passed(self.answer.value)


@dataclass(frozen=True)
class DimensionLevel:
    """The level of one dimension, at most the last one of `asked`.

    `asked` are the levels that require something of it; the others cannot fail.
    """

    code: str
    confirmed: int
    possible: int
    asked: tuple[int, ...]


@dataclass(frozen=True)
class Progress:
    """The way to the next level.

    Attributes:
        level: the next level.
        met: of its own required items, those that are met.
        required: its own required items that apply.
        supported: of its supporting items, those that hold.
        supporting: its supporting items that apply.
        share: mean over all of these of the part of the ladder that is climbed, from 0 to 1.
    """

    level: int
    met: int
    required: int
    supported: int
    supporting: int
    share: float


@dataclass(frozen=True)
class Assessment:
    """Where a team stands.

    Attributes:
        profile: whose edition of the levels was used.
        quick: only the starred questions were used; the result is a quick estimate.
        confirmed: the level with unknown items counted as not met.
        possible: the level with unknown items counted as met.
        items: in the order of the bank.
        dimensions: those that require anything, in the order of the bank.
        progress: to the level above the confirmed one, if there is one.
        blockers: the items that keep that level away, least effort first.
        confidence: how much this is worth.
        assumed: facts that would change the gates and are missing, with the codes concerned.
    """

    profile: Profile
    quick: bool
    confirmed: int
    possible: int
    items: tuple[Item, ...]
    dimensions: tuple[DimensionLevel, ...]
    progress: Progress | None
    blockers: tuple[Item, ...]
    confidence: Confidence
    assumed: dict[str, tuple[str, ...]]


def score(
    bank: Bank,
    answers: Answers,
    facts: Facts | None = None,
    *,
    profile: Profile = "course",
    quick: bool = False,
    contested: int = 0,
) -> Assessment:
    """Assess a set of answers; the same input gives the same output.

    Args:
        bank: the questions.
        answers: what was answered; of several people, their consensus.
        facts: of the use case, as far as they are known.
        profile: whose edition of the levels.
        quick: count the quick questions only.
        contested: items on which several people lie far apart.
    """
    known = facts.quantities() if facts else {}
    asked = bank.asked(quick)
    plain = [_item(question, answers, profile, known) for question in asked]
    confirmed = _reached(plain)
    next_level = min(confirmed + 1, HIGHEST)
    items = [_with_status(item, next_level) for item in plain]
    blockers = [one for one in items if one.need is not None and one.need.level <= next_level]
    return Assessment(
        profile=profile,
        quick=quick,
        confirmed=confirmed,
        possible=_reached(items, benefit_of_doubt=True),
        items=tuple(items),
        dimensions=tuple(_dimensions(items)),
        progress=_progress(items, next_level) if confirmed < HIGHEST else None,
        blockers=tuple(sorted(blockers, key=lambda one: _EFFORTS.index(one.question.effort))),
        confidence=_confidence(asked, items, profile, known, next_level, quick, contested),
        assumed=assumed(asked, profile, known),
    )


def _item(question: Question, answers: Answers, profile: Profile, known: dict[str, float]) -> Item:
    answer = answers.of(question.code)
    reason = inapplicable(question, known) or answer.not_applicable
    if reason is not None:
        return Item(question, answer, (), (), reason, Status.NOT_APPLICABLE)
    return Item(question, answer, gates(question, profile, known), supports(question, profile))


def _with_status(item: Item, level: int) -> Item:
    if item.not_applicable is not None:
        return item
    due = [gate for gate in item.gates if gate.level <= level]
    if item.answer.value is None:
        status = Status.UNKNOWN
    elif not due:
        status = Status.NOT_GATING
    else:
        status = Status.MET if all(map(item.passes, due)) else Status.NOT_MET
    return Item(item.question, item.answer, item.gates, item.supports, None, status)


def _reached(items: Iterable[Item], benefit_of_doubt: bool = False) -> int:
    failed = (
        gate.level
        for item in items
        for gate in item.gates
        if not item.passes(gate, benefit_of_doubt)
    )
    return min(failed, default=HIGHEST + 1) - 1


def _dimensions(items: Sequence[Item]) -> Iterable[DimensionLevel]:
    for code in load_levels().dimensions:
        own = [item for item in items if item.question.dimension == code]
        asked = tuple(sorted({gate.level for item in own for gate in item.gates}))
        if asked:
            confirmed, possible = _reached(own), _reached(own, benefit_of_doubt=True)
            yield DimensionLevel(code, min(confirmed, asked[-1]), min(possible, asked[-1]), asked)


def _progress(items: Sequence[Item], level: int) -> Progress:
    required = [(item, gate) for item in items for gate in item.gates if gate.level == level]
    supporting = [(item, gate) for item in items for gate in item.supports if gate.level == level]
    both = [*required, *supporting]
    climbed = [min(1.0, (item.answer.value or 0) / gate.option) for item, gate in both]
    return Progress(
        level=level,
        met=sum(item.passes(gate) for item, gate in required),
        required=len(required),
        supported=sum(item.passes(gate) for item, gate in supporting),
        supporting=len(supporting),
        share=round(sum(climbed) / len(climbed), 3) if climbed else 1.0,
    )


def _confidence(
    asked: Sequence[Question],
    items: Sequence[Item],
    profile: Profile,
    known: dict[str, float],
    level: int,
    quick: bool,
    contested: int,
) -> Confidence:
    deciding = [item for item in items if any(gate.level <= level for gate in item.gates)]
    dropped = {item.question.code for item in items if item.not_applicable is not None}
    by_level: dict[int, list[bool]] = {}
    for question in asked:
        for gate in gates(question, profile, known):
            if gate.level <= level:
                by_level.setdefault(gate.level, []).append(question.code in dropped)
    largest = max((sum(found) / len(found) for found in by_level.values()), default=0.0)
    grounds = [_ground(item.answer) for item in deciding]
    return confidence(grounds, largest, quick=quick, contested=contested)


def _ground(answer: Answer) -> Ground:
    if answer.value is None:
        return "unknown"
    return "declared" if answer.evidence else "bare"
