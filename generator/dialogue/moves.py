"""What a person may do at a step, by key or by word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assessment.answers import Answer
from assessment.errors import InvalidFile
from assessment.fact_questions import FactQuestion, FactValue, parse_fact
from assessment.interview import Interview, Step

__all__ = ["KEYS", "Kind", "Misread", "Move", "Stopped", "read_move"]

Kind = Literal["answer", "back", "skip", "not applicable", "evidence", "why", "stop"]

KEYS: dict[str, Kind] = {
    "b": "back",
    "s": "skip",
    "x": "not applicable",
    "e": "evidence",
    "?": "why",
    "q": "stop",
}
"""One key, or one letter and Enter, for each move but an answer."""

_YES_NO = {"y": 1, "yes": 1, "n": 0, "no": 0}


@dataclass(frozen=True)
class Move:
    """What the person did, with the value of an answer."""

    kind: Kind
    value: FactValue | None = None


class Misread(Exception):
    """What was typed is no move; the text says what would be."""


class Stopped(Exception):
    """The person has left the interview."""


def read_move(interview: Interview, text: str) -> Move:
    """The move that a line of text says; an empty one keeps what is known, or skips.

    Raises:
        Misread: the text is none.
    """
    word, step = text.strip(), interview.step
    assert step is not None
    if word.lower() in KEYS:
        return _allowed(step, Move(KEYS[word.lower()]))
    if not word:
        return _kept(interview)
    if isinstance(step.asked, FactQuestion) and not step.options:
        try:
            return Move("answer", parse_fact(step.key, word))
        except InvalidFile as error:
            raise Misread(f"{error}: type {error.hint}") from None
    return Move("answer", _chosen(step, word.lower()))


def _allowed(step: Step, move: Move) -> Move:
    if isinstance(step.asked, FactQuestion) and move.kind in ("not applicable", "evidence"):
        raise Misread("a fact is known or skipped: type s to skip it")
    return move


def _kept(interview: Interview) -> Move:
    known = interview.given
    value = known.value if isinstance(known, Answer) else known
    return Move("skip") if value is None else Move("answer", value)


def _chosen(step: Step, word: str) -> FactValue:
    values = [value for value, _ in step.options]
    if word in _YES_NO and len(values) == len(set(_YES_NO.values())):
        wanted = _YES_NO[word]
        return next(value for value in values if int(value) == wanted)
    if word.isdecimal() and int(word) < len(values):
        return values[int(word)]
    if word in values:
        return word
    raise Misread(f"type a number from 0 to {len(values) - 1}")
