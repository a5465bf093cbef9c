"""A condition on facts, as the data files write it: `retrains >= 12`, `use == batch`."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

from assessment.facts import ORIGINS, SCALES, Facts, Quantities

__all__ = ["Condition", "ConditionText", "Verdict", "judge", "parse_condition"]

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_FORM = re.compile(r"(\w+) (==|!=|>=|<=|>|<) ([\w.-]+)")
_NAMES = {*Facts.model_fields, *ORIGINS, "risk_floor", "target"}
_WORDS = {"yes": 1.0, "no": 0.0, "never": math.inf}


@dataclass(frozen=True)
class Condition:
    """Two quantities, or a quantity and a constant, compared."""

    left: str
    relation: str
    right: str | float
    text: str

    def holds(self, known: Quantities) -> bool | None:
        """Whether it is true of what is known; `None` where a fact is missing."""
        left = known.get(self.left)
        right = known.get(self.right) if isinstance(self.right, str) else self.right
        if left is None or right is None:
            return None
        return _OPERATORS[self.relation](left, right)

    def facts(self) -> tuple[str, ...]:
        """Names of the facts that it needs."""
        sides = [side for side in (self.left, self.right) if isinstance(side, str)]
        names = [name for side in sides for name in ORIGINS.get(side, (side,))]
        return tuple(dict.fromkeys(name for name in names if name in Facts.model_fields))


@dataclass(frozen=True)
class Verdict:
    """Whether several conditions all hold; `missing` names conditions that could not be judged."""

    holds: bool | None
    missing: tuple[Condition, ...] = ()


def parse_condition(text: str) -> Condition:
    """Read a condition.

    >>> parse_condition("use == batch").holds({"use": 1.0})
    True

    Raises:
        ValueError: it is malformed or names an unknown quantity.
    """
    found = _FORM.fullmatch(text)
    if found is None or found[1] not in _NAMES:
        raise ValueError(f"no condition: {text}")
    left, relation, right = found.groups()
    return Condition(left, relation, _side(left, right), text)


ConditionText = Annotated[
    Condition,
    BeforeValidator(lambda value: parse_condition(value) if isinstance(value, str) else value),
]
"""A condition in a model of a data file, written as text."""


def judge(conditions: Iterable[Condition], known: Quantities) -> Verdict:
    """Whether all conditions hold: false where one is false, else unknown where one is unknown."""
    verdicts = [(condition, condition.holds(known)) for condition in conditions]
    if any(verdict is False for _, verdict in verdicts):
        return Verdict(False)
    missing = tuple(condition for condition, verdict in verdicts if verdict is None)
    return Verdict(None, missing) if missing else Verdict(True)


def _side(left: str, right: str) -> str | float:
    if right in SCALES.get(left, ()):
        return float(SCALES[left].index(right))
    if right in _WORDS:
        return _WORDS[right]
    if right in _NAMES:
        return right
    return float(right)
