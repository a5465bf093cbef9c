"""The rules of the target, as data: floors, caps and notes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from assessment.conditions import Condition, ConditionText
from assessment.document import shipped
from assessment.facts import Quantities
from assessment.levels import HIGHEST

__all__ = ["Cap", "Floor", "Note", "Rule", "Rules", "load_rules"]

_TIMES = {1: "once", 2: "twice"}


class Rule(BaseModel):
    """Conditions, the sentence that they justify, and where it comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    when: tuple[ConditionText, ...] = Field(min_length=1)
    sentence: str
    source: str

    @property
    def condition(self) -> str:
        """The conditions as text."""
        return " and ".join(condition.text for condition in self.when)

    def facts(self) -> tuple[str, ...]:
        """Names of the facts that decide about it."""
        return tuple(dict.fromkeys(name for one in self._conditions() for name in one.facts()))

    def told(self, known: Quantities) -> str:
        """The sentence with the quantities of this use case."""
        return self.sentence.format_map(_Words(known))

    def _conditions(self) -> tuple[Condition, ...]:
        return self.when


class Floor(Rule):
    """A level that is needed; `risk` marks a need for safety that small effort cannot lower."""

    level: int = Field(ge=0, le=HIGHEST)
    risk: bool = False


class Cap(Rule):
    """A level that is possible, the condition that raises it by one, and the ways out."""

    level: int = Field(ge=0, le=HIGHEST)
    raised_by: ConditionText | None = None
    options: tuple[str, ...] = Field(min_length=1)

    def _conditions(self) -> tuple[Condition, ...]:
        return (*self.when, *filter(None, [self.raised_by]))


class Note(Rule):
    """What the target means for single dimensions; `level` is a target of their own."""

    dimensions: tuple[str, ...] = Field(min_length=1)
    level: int | None = Field(None, ge=0, le=HIGHEST)


class Rules(BaseModel):
    """All rules, in order, and the full names of their sources."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: Mapping[str, str]
    floor: tuple[Floor, ...]
    cap: tuple[Cap, ...]
    note: tuple[Note, ...]


@cache
def load_rules() -> Rules:
    """The rules that are shipped."""
    return Rules.model_validate(tomllib.loads(shipped("target.toml").decode()))


class _Words(dict[str, str]):
    """Quantities as a sentence shows them; `retrains` reads as how often."""

    def __init__(self, known: Quantities) -> None:
        super().__init__({name: f"{value:g}" for name, value in known.items()})
        if "retrains" in known:
            often = known["retrains"]
            self["retrains"] = _TIMES.get(int(often), "") if often in _TIMES else f"{often:g} times"
