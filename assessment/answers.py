"""Answers to the bank, as a person writes them into a file.

[about]
project = "churn"

[answers]
C1 = 2                                             # the number of an option
C2 = "yes"                                         # or true; "no" or false
R2 = "unknown"                                     # the same as leaving it out
O4 = { not_applicable = "labels never come" }
T1 = { value = 2, evidence = "src/train.py", note = "since March" }
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    ValidationError,
)

from assessment.document import Document, closest, misfit, read_document
from assessment.errors import InvalidFile
from assessment.questions import Bank, Question

__all__ = ["LONGEST", "Answer", "Answers", "parse_answers", "read_answers"]

_EXAMPLE = "[answers], then C1 = 2"
LONGEST = 2000
"""Characters that a reason, a note or evidence may have."""

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]
_YES_NO = {"no": 0, "yes": 1}


@dataclass(frozen=True)
class Answer:
    """What was answered to one question.

    Attributes:
        value: the chosen option, or `None` where it is unknown or not applicable.
        not_applicable: the reason, where the question does not apply.
        evidence: where the answer can be seen: a path, a link, a date, a person.
        note: anything else.
    """

    value: int | None = None
    not_applicable: str | None = None
    evidence: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Answers:
    """The answers of one file; what is absent is unknown."""

    by_code: dict[str, Answer]
    project: str | None = None
    person: str | None = None

    def of(self, code: str) -> Answer:
        """The answer to a question."""
        return self.by_code.get(code, Answer())


class _About(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    project: _Text | None = Field(None, description="the name of the project, as text")
    person: _Text | None = Field(None, description="who answered, as text")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    value: StrictInt | StrictBool | Literal["yes", "no", "unknown"] | None = Field(
        None, description='the number of an option, "yes", "no" or "unknown"'
    )
    not_applicable: _Text | None = Field(
        None, description="the reason why the question does not apply, as text"
    )
    evidence: _Text | None = Field(
        None, description="where it can be seen, as text: a path, a link, a date, a person"
    )
    note: _Text | None = Field(None, description="anything worth remembering, as text")


def read_answers(source: Path | Document, bank: Bank) -> Answers:
    """Read a file of at least one answer, or what stands in it.

    Raises:
        InvalidFile: with the line and the fix.
    """
    document = source if isinstance(source, Document) else read_document(source, _EXAMPLE)
    answers = parse_answers(document, bank)
    if not answers.by_code:
        untouched = "take away the # before a line of [answers], such as # C1 = 2"
        hint = untouched if "answers" in document.data else f"it needs {_EXAMPLE}"
        raise InvalidFile(f"{document.name}: holds no answers", hint)
    return answers


def parse_answers(document: Document, bank: Bank) -> Answers:
    """Answers that a document states in its table `answers`; perhaps none.

    Raises:
        InvalidFile: with the line and the fix.
    """
    _check_tables(document, bank)
    try:
        about = _About.model_validate(document.data.get("about", {}))
    except ValidationError as error:
        location = error.errors(include_url=False)[0]["loc"]
        raise misfit(document.place(str((*location, "about")[0])), error, _About) from None
    entries = document.data.get("answers", {})
    if not isinstance(entries, dict):
        raise InvalidFile(f"{document.name}: holds no answers", f"it needs {_EXAMPLE}")
    answers = {code: _answer(document, bank, code, raw) for code, raw in entries.items()}
    return Answers(answers, about.project, about.person)


def _check_tables(document: Document, bank: Bank) -> None:
    for key in document.data:
        if key in bank.questions:
            place = document.place(key)
            raise InvalidFile(f"{place}: {key} stands before [answers]", "write [answers] above it")
        if key not in {"about", "answers"}:
            place, near = document.place(key), closest(key, ["about", "answers"])
            hint = f"did you mean [{near}]?" if near else "known tables: [about], [answers]"
            raise InvalidFile(f"{place}: there is no {key[:40]!r} here", hint)


def _answer(document: Document, bank: Bank, code: str, raw: object) -> Answer:
    place = document.place(code)
    question = bank.questions.get(code)
    if question is None:
        near = closest(code, bank.questions)
        hint = f"did you mean {near}?" if near else "codes run from P1 to G6"
        raise InvalidFile(f"{place}: there is no question {code[:40]!r}", hint)
    try:
        entry = _Entry.model_validate(raw if isinstance(raw, dict) else {"value": raw})
    except ValidationError as error:
        if isinstance(raw, dict):
            raise misfit(f"{place}: {code}", error, _Entry) from None
        raise _out_of_range(place, question, raw) from None
    if (entry.value is None) == (entry.not_applicable is None):
        raise InvalidFile(
            f"{place}: {code} needs either a value or not_applicable",
            f'{code} = {{ value = 1 }} or {code} = {{ not_applicable = "why" }}',
        )
    value = _value(place, question, entry.value)
    return Answer(value, entry.not_applicable, entry.evidence, entry.note)


def _value(place: str, question: Question, value: int | bool | str | None) -> int | None:
    if value is None or value == "unknown":
        return None
    worded = isinstance(value, bool | str)
    if worded and question.kind != "yes-no":
        raise _out_of_range(place, question, value)
    chosen = _YES_NO[value] if isinstance(value, str) else int(value)
    if not 0 <= chosen <= question.best:
        raise _out_of_range(place, question, value)
    return chosen


def _out_of_range(place: str, question: Question, value: object) -> InvalidFile:
    shown = repr(value)
    shown = shown if len(shown) <= 40 else f"{shown[:40]}…"
    form = '"yes" or "no"' if question.kind == "yes-no" else f"a number from 0 to {question.best}"
    return InvalidFile(
        f"{place}: {question.code} = {shown} is no answer",
        f'{question.code} takes {form}, "unknown", or {{ not_applicable = "why" }}',
    )
