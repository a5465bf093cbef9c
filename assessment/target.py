"""How far it is worth going: the level that a use case needs, and what stands against it.

The target is the largest floor or the smallest cap, whichever is lower. Every sentence keeps the
rule and the source that it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass

from assessment.conditions import Condition, judge
from assessment.errors import NotJudged
from assessment.facts import Facts
from assessment.levels import HIGHEST, load_levels
from assessment.rules import Cap, Note, Rule, Rules, load_rules

__all__ = [
    "Conflict",
    "DimensionNote",
    "Dropped",
    "Reason",
    "Recommendation",
    "recommend",
    "undecided",
]


@dataclass(frozen=True)
class Reason:
    """A sentence that speaks for a level, with the rule, its condition and its source."""

    rule: str
    level: int
    sentence: str
    condition: str
    source: str


@dataclass(frozen=True)
class Conflict:
    """A cap below the need, and the ways out of it."""

    reason: Reason
    need: int
    options: tuple[str, ...]


@dataclass(frozen=True)
class DimensionNote:
    """What the target means for some dimensions."""

    rule: str
    dimensions: tuple[str, ...]
    sentence: str
    condition: str
    source: str


@dataclass(frozen=True)
class Dropped:
    """A missing fact and the rules that could not be judged without it."""

    fact: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Recommendation:
    """How far to go.

    Attributes:
        target: the level.
        approval: everything is automatic and a person confirms each release, on record.
        need: the level that the floors ask for.
        reasons: the floors that hold, highest first.
        conflicts: the caps below the need, lowest first.
        notes: what the target means for single dimensions.
        dimensions: the target of each dimension.
        dropped: missing facts with the rules that they would decide.
        next_step: the level to work for now: at most one above the current one.
    """

    target: int
    approval: bool
    need: int
    reasons: tuple[Reason, ...]
    conflicts: tuple[Conflict, ...]
    notes: tuple[DimensionNote, ...]
    dimensions: dict[str, int]
    dropped: tuple[Dropped, ...]
    next_step: int

    @property
    def label(self) -> str:
        """The target as people write it: `3+` is level 3 with a recorded approval."""
        return f"{self.target}+" if self.approval else str(self.target)


class _Case:
    """A use case before the rules: which of them hold, and which wait for which facts."""

    def __init__(self, facts: Facts, rules: Rules) -> None:
        self.known = facts.quantities()
        self.absent = frozenset(facts.missing())
        self.sources = rules.sources
        self.waiting: dict[str, list[str]] = {}
        self.floors = [rule for rule in rules.floor if self.holds(rule)]
        self.need = max((rule.level for rule in self.floors), default=0)
        risks = (rule.level for rule in self.floors if rule.risk)
        self.known["risk_floor"] = max(risks, default=0)
        self.caps = [(self.level(rule), rule) for rule in rules.cap if self.holds(rule)]
        self.target = min([self.need, *(level for level, _ in self.caps)])
        self.known["target"] = self.target
        self.notes = [rule for rule in rules.note if self.holds(rule)]

    def holds(self, rule: Rule) -> bool:
        verdict = judge(rule.when, self.known)
        for condition in verdict.missing:
            self._wait(rule, condition)
        return verdict.holds is True

    def level(self, cap: Cap) -> int:
        raised = cap.raised_by.holds(self.known) if cap.raised_by else False
        if cap.raised_by and raised is None:
            self._wait(cap, cap.raised_by)
        return min(cap.level + bool(raised), HIGHEST)

    def reason(self, rule: Rule, level: int) -> Reason:
        told, source = rule.told(self.known), self.sources[rule.source]
        return Reason(rule.code, level, told, rule.condition, source)

    def conflict(self, rule: Cap, level: int, need: int) -> Conflict:
        return Conflict(self.reason(rule, level), need, rule.options)

    def note(self, rule: Note) -> DimensionNote:
        told, source = rule.told(self.known), self.sources[rule.source]
        return DimensionNote(rule.code, rule.dimensions, told, rule.condition, source)

    def dropped(self) -> tuple[Dropped, ...]:
        return tuple(
            Dropped(fact, tuple(dict.fromkeys(codes))) for fact, codes in self.waiting.items()
        )

    def _wait(self, rule: Rule, condition: Condition) -> None:
        for fact in condition.facts():
            if fact in self.absent:
                self.waiting.setdefault(fact, []).append(rule.code)


def recommend(facts: Facts, current: int = 0, rules: Rules | None = None) -> Recommendation:
    """Apply the target rule.

    Args:
        facts: of the use case.
        current: the level that is confirmed today.
        rules: those that are shipped, unless given.

    Raises:
        NotJudged: so few facts are known that no floor can be judged.
    """
    case = _Case(facts, rules or load_rules())
    if not case.floors:
        raise NotJudged(
            "the facts say too little for a target level",
            "say at least whether somebody depends on the predictions: users = true",
        )
    need, target = case.need, case.target
    reasons = [case.reason(rule, rule.level) for rule in case.floors]
    conflicts = [case.conflict(rule, level, need) for level, rule in case.caps if level < need]
    return Recommendation(
        target=target,
        approval=target >= 3 and case.known.get("approval") == 1,
        need=need,
        reasons=tuple(sorted(reasons, key=lambda reason: -reason.level)),
        conflicts=tuple(sorted(conflicts, key=lambda conflict: conflict.reason.level)),
        notes=tuple(map(case.note, case.notes)),
        dimensions=_by_dimension(target, case.notes),
        dropped=case.dropped(),
        next_step=target if current >= target else current + 1,
    )


def undecided(facts: Facts, rules: Rules | None = None) -> frozenset[str]:
    """The missing facts that some rule of the target waits for."""
    return frozenset(one.fact for one in _Case(facts, rules or load_rules()).dropped())


def _by_dimension(target: int, notes: list[Note]) -> dict[str, int]:
    levels = dict.fromkeys(load_levels().dimensions, target)
    for note in notes:
        if note.level is not None:
            levels |= {code: min(target, note.level) for code in note.dimensions}
    return levels
