"""The bank of questions: what is asked, what each level requires, and why."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assessment.conditions import ConditionText
from assessment.document import shipped
from assessment.levels import HIGHEST, Inapplicable, load_levels

__all__ = ["PROFILES", "Bank", "Effort", "Need", "Profile", "Question", "load_bank", "parse_bank"]

Profile = Literal["course", "microsoft"]
"""Whose edition of the five levels is used; they differ in two items (D1 and O3)."""

PROFILES: tuple[Profile, ...] = get_args(Profile)

Effort = Literal["small", "medium", "large"]
"""Work to close a gap: days, weeks, or months."""

_MARK = re.compile(r"(\d)@(\d)")


class Need(BaseModel):
    """The smallest option that a level requires, and the conditions under which it does.

    Written as `"2@3"` (option 2 at level 3) or as a table with `gate` and conditions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    option: int = Field(ge=1)
    level: int = Field(ge=1, le=HIGHEST)
    profile: Profile | None = None
    when: ConditionText | None = None
    unless: ConditionText | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_mark(cls, data: object) -> object:
        table = {"gate": data} if isinstance(data, str) else dict(data)  # type: ignore[call-overload]
        found = _MARK.fullmatch(table.pop("gate", ""))
        if found is None:
            raise ValueError("a need is written as option@level")
        return {**table, "option": int(found[1]), "level": int(found[2])}


class Question(BaseModel):
    """One item of the bank."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"[A-Z]\d+")
    dimension: str
    kind: Literal["ladder", "yes-no"] = "ladder"
    quick: bool = False
    visible: Literal["repository", "outside"]
    text: str
    options: tuple[str, ...] = Field(min_length=2, max_length=5)
    needs: tuple[Need, ...] = ()
    supports: tuple[Need, ...] = ()
    not_applicable: Inapplicable | None = None
    why: str
    good: str
    remedy: str
    effort: Effort
    sources: tuple[str, ...] = Field(min_length=1)

    @property
    def best(self) -> int:
        """The highest option."""
        return len(self.options) - 1

    @model_validator(mode="after")
    def _check(self) -> Self:
        if any(need.option > self.best for need in (*self.needs, *self.supports)):
            raise ValueError(f"{self.code}: a need asks for an option that is not there")
        if self.kind == "yes-no" and self.best != 1:
            raise ValueError(f"{self.code}: yes or no are two options")
        if self.dimension not in load_levels().dimensions:
            raise ValueError(f"{self.code}: there is no dimension {self.dimension}")
        return self


@dataclass(frozen=True)
class Bank:
    """All questions, in order.

    Attributes:
        version: changes when a question, option or need changes.
        sha256: of the file's bytes, in hexadecimal.
        questions: by code, in the order of the file.
        sources: abbreviation to the full name of a source.
    """

    version: str
    sha256: str
    questions: dict[str, Question]
    sources: dict[str, str]

    def asked(self, quick: bool = False) -> tuple[Question, ...]:
        """The questions of the full or the quick mode."""
        return tuple(one for one in self.questions.values() if one.quick or not quick)


@cache
def load_bank() -> Bank:
    """The bank that is shipped."""
    return parse_bank(shipped("questionnaire.toml"))


def parse_bank(content: bytes) -> Bank:
    """Read a bank.

    Raises:
        ValueError: two questions share a code, a source is unknown, or a question makes no sense.
    """
    data = tomllib.loads(content.decode())
    questions = [Question.model_validate(table) for table in data["questions"]]
    by_code = {question.code: question for question in questions}
    if len(by_code) < len(questions):
        raise ValueError("two questions share a code")
    cited = {source.split()[0] for question in questions for source in question.sources}
    if unknown := cited - data["sources"].keys():
        raise ValueError(f"unknown sources: {', '.join(sorted(unknown))}")
    digest = hashlib.sha256(content).hexdigest()
    return Bank(data["version"], digest, by_code, data["sources"])
