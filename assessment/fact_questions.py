"""How the facts of a use case are asked, and which of them matter at a moment."""

from __future__ import annotations

import tomllib
from functools import cache

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from assessment.document import shipped
from assessment.errors import InvalidFile
from assessment.facts import Facts
from assessment.gates import assumed
from assessment.questions import Bank, Profile
from assessment.target import undecided

__all__ = ["FactQuestion", "FactValue", "load_fact_questions", "matters", "parse_fact"]

FactValue = bool | int | float | str
"""What a fact may be."""


class FactQuestion(BaseModel):
    """A fact as it is asked; one without options is typed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    quick: bool = False
    text: str
    options: tuple[tuple[bool | str, str], ...] = ()
    why: str

    @model_validator(mode="after")
    def _check(self) -> FactQuestion:
        for value, _ in self.options:
            Facts.model_validate({self.name: value})
        return self

    @property
    def form(self) -> str:
        """What a typed value looks like."""
        return Facts.model_fields[self.name].description or ""


@cache
def load_fact_questions() -> dict[str, FactQuestion]:
    """The questions about facts that are shipped, by name, in order."""
    tables = tomllib.loads(shipped("facts.toml").decode())["facts"]
    return {one.name: one for one in map(FactQuestion.model_validate, tables)}


def matters(name: str, facts: Facts, bank: Bank, profile: Profile, quick: bool) -> bool:
    """Whether something hangs on a fact, given the others: a rule, a gate, a question."""
    others = facts.model_copy(update={name: None})
    if name in undecided(others):
        return True
    return name in assumed(bank.asked(quick), profile, others.quantities())


def parse_fact(name: str, text: str) -> FactValue:
    """The value that a person typed.

    Raises:
        InvalidFile: it does not fit; the message says what would.
    """
    word = text.strip()
    for candidate in (_number(word), word.lower()):
        try:
            value = getattr(Facts.model_validate({name: candidate}), name)
        except ValidationError:
            continue
        if value is not None:
            assert isinstance(value, FactValue)
            return value
    raise InvalidFile(f"{word[:40]!r} does not fit", Facts.model_fields[name].description)


def _number(word: str) -> int | float | None:
    try:
        return int(word)
    except ValueError:
        pass
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return None
