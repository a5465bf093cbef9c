"""Answers and facts as files that a person reads and edits: each question stands above its line.

A sheet is filled in, never written anew: lines and remarks of a person's own stay as they are.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

import tomlkit

from assessment.answers import Answer, Answers, parse_answers
from assessment.document import Document
from assessment.fact_questions import FactQuestion, FactValue, load_fact_questions
from assessment.facts import Facts
from assessment.levels import load_levels
from assessment.questions import Bank, Question

__all__ = ["blank_answers", "blank_facts", "filled_answers", "filled_facts"]

_WIDTH = 98
_ANSWERS = """\
# Answers for mlops-maturity: mlops-maturity assess --answers FILE
# To answer, take away the sign before a line. "unknown" is an answer;
# { not_applicable = "why" } drops a question; { value = 2, evidence = "a path, a link, a date" }
# says where it can be seen.

[about]
"""
_FACTS = """\
# Facts of the use case for mlops-maturity: mlops-maturity assess --answers FILE --facts FILE
# To state one, take away the sign before its line. A fact that is missing drops the rules that
# need it; the report lists them.
"""


def blank_answers(bank: Bank, project: str | None = None, quick: bool = False) -> str:
    """A sheet of the questions, without an answer."""
    name = f"project = {_value(project)}" if project else "# project ="
    lines = [_ANSWERS + name, "# person =", "", "[answers]"]
    part = None
    for question in bank.asked(quick):
        if part != question.dimension:
            part = question.dimension
            lines += ["", f"# {f' {load_levels().dimensions[part].name}':->{_WIDTH - 2}}"]
        lines += ["", *_asked(question)]
    return "\n".join(lines) + "\n"


def blank_facts(quick: bool = False) -> str:
    """A sheet of the facts, without a value."""
    lines = [_FACTS]
    for fact in load_fact_questions().values():
        if fact.quick or not quick:
            lines += [*_stated(fact), ""]
    return "\n".join(lines)


def filled_answers(text: str, bank: Bank, answers: Answers) -> str:
    """The sheet `text` with the answers in it; what stands there already stays as it is written."""
    known = parse_answers(Document("", text, tomllib.loads(text)), bank).by_code
    changed = {code: one for code, one in answers.by_code.items() if known.get(code) != one}
    rendered = {code: _entry(bank.questions[code], one) for code, one in changed.items()}
    return _filled(text, rendered, "answers")


def filled_facts(text: str, facts: Mapping[str, FactValue | None]) -> str:
    """The sheet `text` with these facts in it; what stands there already stays as it is written."""
    known = Facts.model_validate(tomllib.loads(text))
    changed = {name: value for name, value in facts.items() if getattr(known, name) != value}
    return _filled(text, changed)


def _filled(text: str, values: Mapping[str, Any], table: str | None = None) -> str:
    """Put values on the lines that wait for them, in the place of others, or at the end."""
    if "\r\n" in text and text.count("\r\n") == text.count("\n"):
        return _filled(text.replace("\r\n", "\n"), values, table).replace("\n", "\r\n")
    for key, value in values.items():
        text = _on_its_line(text, key, value, table)
    there = _table(tomllib.loads(text), table)
    left = {key: value for key, value in values.items() if there.get(key) != value}
    if not left:
        return text
    document = tomlkit.parse(text)
    place: Any = document.setdefault(table, tomlkit.table()) if table else document
    for key, value in left.items():
        if value is None:
            place.pop(key, None)
        else:
            place[key] = _item(value)
    return tomlkit.dumps(document)


def _on_its_line(text: str, key: str, value: object, table: str | None) -> str:
    """The text with a value on the line that waits for it, if that changes nothing else."""
    waiting = re.search(rf"(?m)^# ?{key} =[ \t]*(?=\r?$)", text)
    if waiting is None or value is None:
        return text
    filled = f"{text[: waiting.start()]}{key} = {_value(value)}{text[waiting.end() :]}"
    wanted = tomllib.loads(text)
    _table(wanted, table)[key] = value
    try:
        return filled if tomllib.loads(filled) == wanted else text
    except tomllib.TOMLDecodeError:
        return text


def _table(document: dict[str, Any], name: str | None) -> dict[str, Any]:
    found: dict[str, Any] = document.setdefault(name, {}) if name else document
    return found


def _entry(question: Question, answer: Answer) -> object:
    """An answer in its shortest form."""
    value: object = answer.value
    if value is None:
        value = "unknown"
    elif question.kind == "yes-no":
        value = ("no", "yes")[answer.value or 0]
    if answer.not_applicable is not None:
        told: dict[str, object] = {"not_applicable": answer.not_applicable}
    else:
        told = {"value": value}
    more = {"evidence": answer.evidence, "note": answer.note}
    told |= {name: text for name, text in more.items() if text is not None}
    return value if told == {"value": value} else told


def _item(value: object) -> Any:
    if not isinstance(value, dict):
        return tomlkit.item(value)
    table = tomlkit.inline_table()
    table.update(value)
    return table


def _value(value: object) -> str:
    """A value as TOML."""
    text: str = _item(value).as_string()
    return text


def _asked(question: Question) -> Iterator[str]:
    yield from _remark(f"{question.code}  {question.text}", "# ", "#     ")
    for number, option in enumerate(question.options):
        yield from _remark(f"{number}  {option}", "#   ", "#      ")
    yield f"# {question.code} ="


def _stated(fact: FactQuestion) -> Iterator[str]:
    yield from _remark(fact.text, "# ", "# ")
    for value, told in fact.options:
        yield from _remark(f"{_value(value)}  {told}", "#   ", "#      ")
    yield f"# {fact.name} ="


def _remark(text: str, first: str, rest: str) -> list[str]:
    return wrap(text, _WIDTH, initial_indent=first, subsequent_indent=rest)
