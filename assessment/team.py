"""Several people's answers made one: the median, and where they lie far apart.

That people differ is a finding, not a fault: such questions are listed to be talked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median_low

from assessment.answers import Answer, Answers
from assessment.questions import Bank, Question

__all__ = ["FAR_APART", "Disagreement", "Team", "Vote", "consensus"]

FAR_APART = 2
"""Options between the lowest and the highest answer from which on people disagree."""


@dataclass(frozen=True, order=True)
class Vote:
    """What one person answered; `person` is empty where names are left out."""

    value: int
    person: str = ""


@dataclass(frozen=True)
class Disagreement:
    """A question and its answers, lowest first."""

    question: Question
    votes: tuple[Vote, ...]


@dataclass(frozen=True)
class Team:
    """What several people say together.

    Attributes:
        answers: one set of answers for all.
        raters: how many people answered.
        people: their names, unless left out.
        disagreements: in the order of the bank.
    """

    answers: Answers
    raters: int
    people: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]


def consensus(bank: Bank, given: Sequence[Answers], anonymous: bool = False) -> Team:
    """Combine answers: the median of those who know, the lower one on a tie.

    A question does not apply when more than half of those who said anything say so.

    Args:
        bank: the questions.
        given: one set of answers for each person, at least one.
        anonymous: leave the names out of everything that is returned.
    """
    if len(given) == 1:
        only = replace(given[0], person=None) if anonymous else given[0]
        return Team(only, 1, (only.person,) if only.person else (), ())
    names = [one.person or f"person {number}" for number, one in enumerate(given, 1)]
    shown = [""] * len(names) if anonymous else names
    combined, disagreements = {}, []
    for code, question in bank.questions.items():
        said = [
            (one.by_code[code], name)
            for one, name in zip(given, shown, strict=True)
            if code in one.by_code
        ]
        if not said:
            continue
        combined[code] = _combined([answer for answer, _ in said])
        votes = sorted(Vote(one.value, name) for one, name in said if one.value is not None)
        if votes and votes[-1].value - votes[0].value >= FAR_APART:
            disagreements.append(Disagreement(question, tuple(votes)))
    project = next((one.project for one in given if one.project), None)
    people = () if anonymous else tuple(names)
    return Team(Answers(combined, project), len(given), people, tuple(disagreements))


def _combined(said: Sequence[Answer]) -> Answer:
    values = [one.value for one in said if one.value is not None]
    reasons = [one.not_applicable for one in said if one.not_applicable is not None]
    if len(reasons) > len(values):
        return Answer(not_applicable="; ".join(dict.fromkeys(reasons)))
    if not values:
        return Answer()
    value = median_low(values)
    own = [one for one in said if one.value == value]
    return Answer(
        value,
        evidence=next((one.evidence for one in own if one.evidence), None),
        note=next((one.note for one in own if one.note), None),
    )
