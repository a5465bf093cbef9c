"""Which option each level requires of which question, given a profile and the facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assessment.conditions import Condition
from assessment.facts import Quantities
from assessment.levels import Inapplicable, load_levels
from assessment.questions import Bank, Need, Profile, Question

__all__ = ["Gate", "assumed", "conditions", "gates", "inapplicable", "required", "supports"]

_NOTHING: Quantities = {}


@dataclass(frozen=True, order=True)
class Gate:
    """A level asks for at least this option."""

    level: int
    option: int

    def passed(self, value: int) -> bool:
        """Whether an answer satisfies it."""
        return value >= self.option


def gates(question: Question, profile: Profile, known: Quantities = _NOTHING) -> tuple[Gate, ...]:
    """What the levels require of a question: at most one gate a level, lowest level first."""
    return _strictest(need for need in question.needs if _holds(need, profile, known))


def supports(question: Question, profile: Profile) -> tuple[Gate, ...]:
    """What counts towards the progress to a level without being required."""
    return _strictest(need for need in question.supports if _holds(need, profile, _NOTHING))


def inapplicable(question: Question, known: Quantities = _NOTHING) -> str | None:
    """The reason for which the facts make a question not applicable, if they do."""
    for rule in _inapplicable_rules(question):
        if rule.when.holds(known):
            return rule.reason
    return None


def assumed(
    questions: Iterable[Question], profile: Profile, known: Quantities = _NOTHING
) -> dict[str, tuple[str, ...]]:
    """Facts that would decide about a gate and are missing: name to the codes they decide on.

    Until a fact is known, a need that it would add is not counted, a need that it would take away
    is counted, and every question is taken to apply.
    """
    codes: dict[str, list[str]] = {}
    for question in questions:
        for condition in conditions(question, profile):
            if condition.holds(known) is None:
                for fact in (name for name in condition.facts() if name not in known):
                    codes.setdefault(fact, []).append(question.code)
    return {fact: tuple(dict.fromkeys(found)) for fact, found in codes.items()}


def conditions(question: Question, profile: Profile) -> list[Condition]:
    """What the gates of a question, or whether it applies, hang on."""
    needs: Mapping[Condition | None, None] = {
        condition: None
        for need in question.needs
        if need.profile in (None, profile)
        for condition in (need.when, need.unless)
    }
    rules = _inapplicable_rules(question) if question.needs else []
    return [*filter(None, needs), *(rule.when for rule in rules)]


def required(
    bank: Bank,
    level: int,
    profile: Profile = "course",
    known: Quantities = _NOTHING,
    quick: bool = False,
) -> dict[str, int]:
    """Everything that must hold at a level: code to the smallest option, in the bank's order."""
    needed: dict[str, int] = {}
    for question in bank.asked(quick):
        options = [one.option for one in gates(question, profile, known) if one.level <= level]
        if options and inapplicable(question, known) is None:
            needed[question.code] = max(options)
    return needed


def _holds(need: Need, profile: Profile, known: Quantities) -> bool:
    if need.profile not in (None, profile):
        return False
    if need.when is not None and need.when.holds(known) is not True:
        return False
    return need.unless is None or need.unless.holds(known) is not True


def _strictest(needs: Iterable[Need]) -> tuple[Gate, ...]:
    by_level: dict[int, int] = {}
    for need in needs:
        by_level[need.level] = max(need.option, by_level.get(need.level, 0))
    return tuple(sorted(Gate(level, option) for level, option in by_level.items()))


def _inapplicable_rules(question: Question) -> list[Inapplicable]:
    dimension = load_levels().dimensions[question.dimension]
    rules = (question.not_applicable, dimension.not_applicable)
    return [rule for rule in rules if rule is not None]
